using System.Reflection;
using Microsoft.Extensions.Configuration;
using OrderFunctions.Json;

namespace OrderFunctions.Hosting;

/// <summary>Binds sections of the settings; what is misspelt or can't be read becomes a problem in words.</summary>
public static class SettingsSection
{
    /// <param name="section">As in files: Providers:Duel.</param>
    /// <param name="others">Settings of the section that are read elsewhere.</param>
    /// <returns>The bound options; where <paramref name="problems"/> says what is wrong, the default stands.</returns>
    public static TOptions Bind<TOptions>(
        IConfiguration configuration,
        string section,
        ICollection<string> problems,
        params string[] others
    )
        where TOptions : new()
    {
        var options = new TOptions();
        var properties = typeof(TOptions).GetProperties().Where(property => property.CanWrite).ToList();
        foreach (var setting in configuration.GetSection(section).GetChildren())
        {
            var property = properties.Find(property =>
                property.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)
            );
            if (property is null)
            {
                if (!others.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                {
                    problems.Add(Unknown(setting, [.. properties.Select(known => known.Name), .. others]));
                }
            }
            else if (!TrySet(options, property, setting))
            {
                problems.Add($"{NameOf(setting)} {Wanted(property.PropertyType, setting)}.");
            }
        }

        return options;
    }

    /// <summary>
    /// Sections whose names are almost ours. Others are left alone: the environment has settings of other programs too.
    /// </summary>
    /// <param name="sections">Names of ours.</param>
    public static IEnumerable<string> Misspelt(IConfiguration configuration, params string[] sections) =>
        from found in configuration.GetChildren()
        where found.GetChildren().Any() && !sections.Contains(found.Key, StringComparer.OrdinalIgnoreCase)
        let meant = sections.FirstOrDefault(known => EditDistance.IsTypo(known, found.Key))
        where meant is not null
        select $"{found.Key}__... are no settings; did you mean {meant}__...?";

    /// <summary>What to say of a setting that nobody knows.</summary>
    /// <param name="known">Those beside it.</param>
    internal static string Unknown(IConfigurationSection setting, IEnumerable<string> known)
    {
        var names = known.ToList();
        var (name, meant) = (NameOf(setting), names.Find(other => EditDistance.IsTypo(other, setting.Key)));
        return meant is null
            ? $"{name} is no setting; known here are {string.Join(", ", names)}."
            : $"{name} is no setting; did you mean {name[..^setting.Key.Length]}{meant}?";
    }

    private static string NameOf(IConfigurationSection setting) =>
        setting.Path.Replace(":", "__", StringComparison.Ordinal);

    private static bool TrySet(object options, PropertyInfo property, IConfigurationSection setting)
    {
        var type = property.PropertyType;
        if (type.IsArray && !string.IsNullOrEmpty(setting.Value))
        {
            return false;
        }

        try
        {
            // Without this a list leaves out what it can't read.
            var value = setting.Get(type, binder => binder.ErrorOnUnknownConfiguration = true);
            if (value is not null)
            {
                property.SetValue(options, value);
            }

            // An empty value unsets what may be unset.
            return value is not null || setting.Value is null || Nullable.GetUnderlyingType(type) is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Wanted(Type type, IConfigurationSection setting)
    {
        if (type.IsArray)
        {
            return $"is a list: set {NameOf(setting)}__0, {NameOf(setting)}__1, ..., each {Kind(type.GetElementType()!)}";
        }

        return $"is '{setting.Value}'; it must be {Kind(Nullable.GetUnderlyingType(type) ?? type)}";
    }

    private static string Kind(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(int) ? "a whole number"
        : type == typeof(TimeSpan) ? "a time span, such as 00:05:00"
        : type == typeof(Guid) ? "a UUID"
        : type == typeof(Uri) ? "an https address"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : "a text";
}

using System.Globalization;

namespace OrderFunctions.Import;

/// <summary>Numbers as every machine writes them.</summary>
internal static class Text
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Of(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? Of($"{time.TotalSeconds:0.0} s")
        : time < TimeSpan.FromHours(1) ? Of($"{time:m\\:ss} min")
        : Of($"{(long)time.TotalHours}:{time:mm\\:ss} h");
}

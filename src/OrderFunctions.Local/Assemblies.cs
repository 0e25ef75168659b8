using System.Reflection;

namespace OrderFunctions.Local;

/// <summary>
/// Loads what .NET else loads when it is first needed. Without a free file descriptor that fails, and it is never tried again:
/// whatever needs the assembly would fail until the next start, however well all is by then.
/// </summary>
internal static class Assemblies
{
    /// <summary>Loads every assembly that one refers to, and those that they refer to.</summary>
    public static void LoadAllOf(Assembly app)
    {
        var names = new HashSet<string>();
        var loaded = new Queue<Assembly>([app]);
        while (loaded.TryDequeue(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies().Where(each => names.Add(each.FullName)))
            {
                loaded.Enqueue(Assembly.Load(reference));
            }
        }
    }
}

using System.Globalization;

namespace OrderFunctions.TestKit;

/// <summary>What a run sets by the environment, such as how long a suite is to be.</summary>
public static class EnvironmentNumber
{
    public static int Of(string variable, int usual) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : usual;
}

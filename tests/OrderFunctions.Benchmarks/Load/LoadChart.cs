using System.Globalization;
using System.Text;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>One line of a chart: a value for each offered rate.</summary>
internal sealed record Series(string Name, string Color, IReadOnlyList<double> Values);

/// <summary>Two panels side by side over the same offered rates, as SVG: the second has a logarithmic scale.</summary>
internal static class LoadChart
{
    private const int Width = 420;
    private const int Height = 260;
    private const int Left = 56;
    private const int Top = 44;
    private const int LabelWidth = 36;

    public static string Svg(
        IReadOnlyList<double> rates,
        (string Title, IReadOnlyList<Series> Lines) plain,
        (string Title, IReadOnlyList<Series> Lines) logarithmic
    )
    {
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * (Width + Left) + 40} {Height + Top + 96}" font-family="sans-serif" font-size="12" role="img">"""
        );
        svg.Append(CultureInfo.InvariantCulture, $"<title>{plain.Title}, and {logarithmic.Title}</title>");
        svg.Append("""<rect width="100%" height="100%" fill="#fff"/>""");
        Panel(svg, rates, plain.Title, plain.Lines, Left, isLogarithmic: false);
        Panel(svg, rates, logarithmic.Title, logarithmic.Lines, Width + (2 * Left) + 20, isLogarithmic: true);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(
        StringBuilder svg,
        IReadOnlyList<double> rates,
        string title,
        IReadOnlyList<Series> lines,
        int left,
        bool isLogarithmic
    )
    {
        var most = lines.Max(line => line.Values.Max());
        var ticks = isLogarithmic ? Decades(lines.Min(line => line.Values.Min()), most) : Steps(most);
        Text(svg, left, 22, title, "start", "#111", "bold");
        foreach (var tick in ticks)
        {
            Line(svg, left, Y(tick), left + Width, Y(tick), "#ddd");
            Text(svg, left - 6, Y(tick) + 4, tick.ToString("#,0.##", CultureInfo.InvariantCulture), "end");
        }

        var free = 0.0;
        foreach (var rate in rates.Where(rate => X(rate) >= free))
        {
            Text(svg, X(rate), Top + Height + 18, rate.ToString("#,0", CultureInfo.InvariantCulture), "middle");
            free = X(rate) + LabelWidth;
        }

        Text(svg, left + (Width / 2.0), Top + Height + 36, "offered, orders a second", "middle");
        foreach (var (index, line) in lines.Index())
        {
            var points = rates
                .Zip(line.Values)
                .Select(at => string.Create(CultureInfo.InvariantCulture, $"{X(at.First):0.#},{Y(at.Second):0.#}"));
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""<polyline fill="none" stroke="{line.Color}" stroke-width="2" points="{string.Join(' ', points)}"/>"""
            );
            var y = Top + Height + 54 + (index * 15);
            Line(svg, left, y - 4, left + 22, y - 4, line.Color, 2);
            Text(svg, left + 28, y, line.Name, "start");
        }

        double X(double rate) => left + (Width * rate / rates[^1]);

        double Y(double value) =>
            Top
            + Height
            - (
                Height
                * (isLogarithmic ? Math.Log(value / ticks[0]) / Math.Log(ticks[^1] / ticks[0]) : value / ticks[^1])
            );
    }

    // About five round steps from 0 to the first that is not exceeded.
    private static List<double> Steps(double most)
    {
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(most / 5)));
        var step = new[] { 1, 2, 5, 10 }.Select(factor => factor * magnitude).First(step => step * 5 >= most);
        return [.. Enumerable.Range(0, (int)Math.Ceiling(most / step) + 1).Select(i => i * step)];
    }

    private static List<double> Decades(double least, double most)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most)));
        return [.. Enumerable.Range(first, Math.Max(1, last - first) + 1).Select(power => Math.Pow(10, power))];
    }

    private static void Line(
        StringBuilder svg,
        double x1,
        double y1,
        double x2,
        double y2,
        string color,
        int width = 1
    ) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{color}" stroke-width="{width}"/>"""
        );

    private static void Text(
        StringBuilder svg,
        double x,
        double y,
        string text,
        string anchor,
        string color = "#333",
        string weight = "normal"
    ) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" fill="{color}" font-weight="{weight}">{text}</text>"""
        );
}

using System.Globalization;
using System.Text;
using Cis.Output;

namespace Cis.Bench;

/// <summary>Pages a second as bars, with a line from the slowest to the fastest round, as SVG.</summary>
internal static class BenchChart
{
    private const int Width = 720;
    private const int Left = 220;
    private const int RowHeight = 34;
    private const int BarHeight = 18;
    private const int Top = 56;
    private const int ValueWidth = 70;

    /// <summary>The chart.</summary>
    internal static string Build(BenchResult result)
    {
        var text = new StringBuilder();
        int height = Top + RowHeight * result.Subjects.Count + 12;
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n"
        );
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        text.Append("<text x=\"12\" y=\"22\" font-size=\"15\">Pages per second, median and spread</text>\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"12\" y=\"42\" fill=\"#666\">{Escaped(result.Machine.Cpu)}, "
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"{result.Machine.Cores} cores; cis {Escaped(result.Version)}</text>\n"
        );
        double most = result.Subjects.Max(subject => SpeedOf(subject).Most);
        for (int i = 0; i < result.Subjects.Count; i++)
        {
            AppendBar(text, result.Subjects[i], Top + i * RowHeight, (Width - Left - ValueWidth) / most);
        }

        return text.Append("</svg>\n").ToString();
    }

    private static void AppendBar(StringBuilder text, BenchSubject subject, int y, double scale)
    {
        Spread speed = SpeedOf(subject);
        int middle = y + BarHeight / 2;
        string color = subject.Stages.Count > 0 ? "#2b6cb0" : "#a0aec0";
        string name = subject.Name.Length > 30 ? subject.Name[..29] + "…" : subject.Name;
        text.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left - 8}\" y=\"{middle + 5}\" text-anchor=\"end\">{Escaped(name)}</text>\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Left}\" y=\"{y}\" width=\"{speed.Median * scale:0.#}\" height=\"{BarHeight}\" fill=\"{color}\"/>\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"<path d=\"M{Left + speed.Least * scale:0.#} {middle}H{Left + speed.Most * scale:0.#}\" stroke=\"black\" stroke-width=\"2\"/>\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left + speed.Most * scale + 6:0.#}\" y=\"{middle + 5}\">{BenchTable.Number(speed.Median)}</text>\n"
        );
    }

    private static Spread SpeedOf(BenchSubject subject) =>
        Spread.Of(subject.Rounds.Select(round => subject.Pages / round.WallSeconds));

    private static string Escaped(string text) => new StringBuilder().AppendEscaped(text).ToString();
}

using System.Globalization;
using System.Text;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Commands;

/// <summary>What <c>--timing</c> prints: where the engines' time went, stage by stage.</summary>
internal static class TimingReport
{
    /// <summary>A table with a row per stage that ran, and the time in which the engines were ready.</summary>
    internal static string Build(IReadOnlyList<StageHistogram> stages, TimeSpan? modelLoadTime, TimeSpan elapsed)
    {
        var report = new StringBuilder("stage        count    mean ms     p50 ms     p95 ms   share\n");
        TimeSpan total = TimeSpan.Zero;
        foreach (StageHistogram stage in stages)
        {
            total += stage.Total;
        }

        for (int i = 0; i < stages.Count; i++)
        {
            if (stages[i].Count > 0)
            {
                AppendRow(report, (Stage)i, stages[i], total);
            }
        }

        string models = modelLoadTime is { } time ? $"loaded in {Milliseconds(time)} ms" : "not needed";
        return report.Append($"models {models}; {Milliseconds(elapsed)} ms in all").ToString();
    }

    private static void AppendRow(StringBuilder report, Stage stage, StageHistogram times, TimeSpan total)
    {
        string name = stage == Stage.TextLayer ? "text layer" : stage.ToString().ToLowerInvariant();
        report.Append(CultureInfo.InvariantCulture, $"{name, -10} {times.Count, 7} {Milliseconds(times.Mean), 10} ");
        report.Append(CultureInfo.InvariantCulture, $"{Milliseconds(times.Percentile(0.5)), 10} ");
        report.Append(CultureInfo.InvariantCulture, $"{Milliseconds(times.Percentile(0.95)), 10} ");
        report.Append(CultureInfo.InvariantCulture, $"{100 * (times.Total / total), 5:0.0} %\n");
    }

    private static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}

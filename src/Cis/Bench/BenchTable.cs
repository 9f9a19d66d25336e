using System.Globalization;
using System.Text;
using Cis.Terminal;

namespace Cis.Bench;

/// <summary>The result as a table, for a terminal or in Markdown: medians, with the least and the most of the rounds.</summary>
internal static class BenchTable
{
    private static readonly string[] Head =
    [
        "subject",
        "wall s",
        "pages/s",
        "files/h",
        "CPU s/page",
        "CPU %",
        "peak MB",
        "failed",
    ];

    /// <summary>The table with the machine above and the stages below it.</summary>
    internal static string Build(BenchResult result, bool asMarkdown)
    {
        var text = new StringBuilder();
        BenchMachine machine = result.Machine;
        text.Append(CultureInfo.InvariantCulture, $"cis {result.Version}; {machine.Cpu}, {machine.Cores} cores, ");
        text.Append(CultureInfo.InvariantCulture, $"{machine.MemoryBytes >> 30} GiB; kernels: {machine.Kernels}\n");
        int rounds = result.Subjects[0].Rounds.Count;
        text.Append(
            CultureInfo.InvariantCulture,
            $"files {result.Files}, pages {result.Subjects[0].Pages}, rounds {rounds}"
        );
        var start = Spread.Of(result.StartMilliseconds);
        text.Append(start.Median > 0 ? $"; start {Number(start.Median)} ms ({Range(start)})\n\n" : "\n\n");
        Append(text, [Head, .. result.Subjects.Select(subject => Row(subject, result.Files))], asMarkdown);
        AppendStages(text, result, asMarkdown);
        AppendFailures(text, result);
        return text.ToString();
    }

    /// <summary>Rows with their columns in line.</summary>
    internal static void Append(StringBuilder text, IReadOnlyList<string[]> rows, bool asMarkdown)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        for (int i = 0; i < rows.Count; i++)
        {
            IEnumerable<string> cells = rows[i]
                .Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
            text.Append(asMarkdown ? $"| {string.Join(" | ", cells)} |\n" : $"{string.Join("  ", cells)}\n");
            if (asMarkdown && i == 0)
            {
                text.Append("| --- ").Insert(text.Length, "| ---: ", widths.Length - 1).Append("|\n");
            }
        }
    }

    private static string[] Row(BenchSubject subject, int files)
    {
        var wall = Spread.Of(subject.Rounds.Select(round => round.WallSeconds));
        var cpu = Spread.Of(subject.Rounds.Select(round => round.CpuSeconds));
        double peak = subject.Rounds.Max(round => round.PeakBytes) / 1e6;
        return
        [
            subject.Name,
            $"{Number(wall.Median)} ({Range(wall)})",
            Number(subject.Pages / wall.Median),
            Number(Math.Round(files * 3600 / wall.Median)),
            Number(cpu.Median / Math.Max(1, subject.Pages)),
            Number(Math.Round(100 * cpu.Median / wall.Median)),
            peak > 0 ? Number(Math.Round(peak)) : "",
            Number(subject.Rounds.Max(round => round.Failed)),
        ];
    }

    private static void AppendStages(StringBuilder text, BenchResult result, bool asMarkdown)
    {
        List<BenchSubject> subjects = [.. result.Subjects.Where(subject => subject.Stages.Count > 0)];
        var rows = new List<string[]>
        {
            (string[])["stage, ms a page: p50 / p95", .. subjects.Select(subject => subject.Name)],
        };
        foreach (
            string stage in subjects
                .SelectMany(subject => subject.Stages)
                .Select(stage => stage.Name)
                .Distinct(StringComparer.Ordinal)
        )
        {
            rows.Add([stage, .. subjects.Select(subject => Cell(subject, stage))]);
        }

        if (rows.Count > 1)
        {
            text.Append('\n');
            Append(text, rows, asMarkdown);
        }
    }

    private static void AppendFailures(StringBuilder text, BenchResult result)
    {
        string before = "\n";
        foreach (BenchSubject subject in result.Subjects.Where(subject => subject.Failure is not null))
        {
            text.Append($"{before}failed: {subject.Name}: {TerminalText.OneLine(subject.Failure!)}\n");
            before = "";
        }
    }

    private static string Cell(BenchSubject subject, string name) =>
        subject.Stages.FirstOrDefault(stage => stage.Name == name) is { } stage
            ? $"{Number(stage.Median)} / {Number(stage.P95)}"
            : "";

    /// <summary>Three digits that say something.</summary>
    internal static string Number(double value) =>
        value.ToString(
            value >= 100 ? "0"
                : value >= 10 ? "0.#"
                : "0.###",
            CultureInfo.InvariantCulture
        );

    /// <summary>The least and the most.</summary>
    internal static string Range(Spread spread) => $"{Number(spread.Least)}-{Number(spread.Most)}";
}

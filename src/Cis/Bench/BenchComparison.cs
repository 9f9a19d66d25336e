using System.Text;

namespace Cis.Bench;

/// <summary>Two results beside each other: how many times faster each subject is than it was.</summary>
internal static class BenchComparison
{
    private static readonly string[] Head = ["subject", "wall, old / new", "CPU, old / new", "the difference is"];

    /// <summary>A row for each subject that both have; a difference counts where no round of the one lies among the other's.</summary>
    internal static string Build(BenchResult old, BenchResult now, bool asMarkdown)
    {
        var rows = new List<string[]> { Head };
        foreach (BenchSubject subject in now.Subjects)
        {
            if (old.Subjects.FirstOrDefault(before => before.Name == subject.Name) is { } before)
            {
                rows.Add(Row(before, subject));
            }
        }

        var text = new StringBuilder("\n");
        if (old.Machine.Cpu != now.Machine.Cpu || old.Machine.Cores != now.Machine.Cores)
        {
            text.Append($"The old result is from another machine: {old.Machine.Cpu}, {old.Machine.Cores} cores.\n\n");
        }

        if (rows.Count == 1)
        {
            return text.Append("The old result has none of these subjects.\n").ToString();
        }

        BenchTable.Append(text, rows, asMarkdown);
        return text.ToString();
    }

    private static string[] Row(BenchSubject before, BenchSubject now)
    {
        (Spread oldWall, Spread wall) = (
            PerPage(before, round => round.WallSeconds),
            PerPage(now, round => round.WallSeconds)
        );
        (Spread oldCpu, Spread cpu) = (
            PerPage(before, round => round.CpuSeconds),
            PerPage(now, round => round.CpuSeconds)
        );
        return
        [
            now.Name,
            Ratio(oldWall, wall),
            Ratio(oldCpu, cpu),
            (wall.IsApartFrom(oldWall), cpu.IsApartFrom(oldCpu)) switch
            {
                (true, true) => "more than noise",
                (true, false) => "more than noise in wall time only",
                (false, true) => "more than noise in CPU only",
                _ => "within the noise",
            },
        ];
    }

    private static Spread PerPage(BenchSubject subject, Func<BenchRound, double> seconds) =>
        Spread.Of(subject.Rounds.Select(round => seconds(round) / Math.Max(1, subject.Pages)));

    /// <summary>The ratio of the medians, with the least and the most that any two rounds give.</summary>
    private static string Ratio(Spread old, Spread now)
    {
        var spread = new Spread(Over(old.Median, now.Median), Over(old.Least, now.Most), Over(old.Most, now.Least));
        return $"{BenchTable.Number(spread.Median)}x ({BenchTable.Range(spread)})";
    }

    private static double Over(double old, double now) => now > 0 ? old / now : 0;
}

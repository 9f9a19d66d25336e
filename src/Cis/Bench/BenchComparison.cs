using System.Text;

namespace Cis.Bench;

/// <summary>Two results beside each other: how many times faster each subject is than it was.</summary>
internal static class BenchComparison
{
    private static readonly string[] Head = ["subject", "wall, old / new", "CPU, old / new", "the difference is"];

    // Of two rounds each, one comparison of equal programs in six would seem to differ.
    private const int MinRounds = 3;

    /// <summary>The ratios of the subjects that both results have.</summary>
    internal static IReadOnlyList<BenchRatio> Compare(BenchResult old, BenchResult now)
    {
        var ratios = new List<BenchRatio>();
        foreach (BenchSubject subject in now.Subjects)
        {
            if (old.Subjects.FirstOrDefault(before => before.Name == subject.Name) is { } before)
            {
                ratios.Add(Compare(before, subject));
            }
        }

        return ratios;
    }

    /// <summary>A row for each subject that both have, and whether its difference is more than noise.</summary>
    internal static string Build(BenchResult old, BenchResult now, bool asMarkdown)
    {
        var text = new StringBuilder($"\nCompared with cis {old.Version}:\n");
        foreach (string difference in Differences(old, now))
        {
            text.Append($"{difference}\n");
        }

        IReadOnlyList<BenchRatio> ratios = Compare(old, now);
        if (ratios.Count == 0)
        {
            return text.Append("The old result has none of these subjects.\n").ToString();
        }

        BenchTable.Append(text.Append('\n'), [Head, .. ratios.Select(Row)], asMarkdown);
        return text.ToString();
    }

    /// <summary>What other than the build may make a difference, a sentence each.</summary>
    private static IEnumerable<string> Differences(BenchResult old, BenchResult now)
    {
        if (old.Machine.Cpu != now.Machine.Cpu || old.Machine.Cores != now.Machine.Cores)
        {
            yield return $"The old result is from another machine: {old.Machine.Cpu}, {old.Machine.Cores} cores.";
        }

        if (old.Machine.Kernels != now.Machine.Kernels)
        {
            yield return $"The old result is of other kernels: {old.Machine.Kernels}.";
        }

        if ((old.Files, PagesOf(old)) != (now.Files, PagesOf(now)))
        {
            yield return $"The old result is of other files: {old.Files}, with {PagesOf(old)} pages. Ratios are per page.";
        }
    }

    private static int PagesOf(BenchResult result) => result.Subjects.Count > 0 ? result.Subjects[0].Pages : 0;

    private static BenchRatio Compare(BenchSubject before, BenchSubject now)
    {
        (Spread oldWall, Spread wall) = (
            PerPage(before, round => round.WallSeconds),
            PerPage(now, round => round.WallSeconds)
        );
        (Spread oldCpu, Spread cpu) = (
            PerPage(before, round => round.CpuSeconds),
            PerPage(now, round => round.CpuSeconds)
        );
        return new(
            now.Name,
            Ratio(oldWall, wall),
            Ratio(oldCpu, cpu),
            Math.Min(before.Rounds.Count, now.Rounds.Count),
            !wall.IsApartFrom(oldWall),
            !cpu.IsApartFrom(oldCpu)
        );
    }

    private static string[] Row(BenchRatio ratio) =>
        [
            ratio.Name,
            Cell(ratio.Wall),
            Cell(ratio.Cpu),
            (ratio.IsWallNoise, ratio.IsCpuNoise) switch
            {
                _ when ratio.Rounds < MinRounds => $"unknown: take {MinRounds} rounds or more",
                (false, false) => "more than noise",
                (false, true) => "more than noise in wall time only",
                (true, false) => "more than noise in CPU only",
                (true, true) => "within the noise",
            },
        ];

    private static Spread PerPage(BenchSubject subject, Func<BenchRound, double> seconds) =>
        Spread.Of(subject.Rounds.Select(round => seconds(round) / Math.Max(1, subject.Pages)));

    /// <summary>The ratio of the medians, with the least and the most that any two rounds give.</summary>
    private static Spread Ratio(Spread old, Spread now) =>
        new(Over(old.Median, now.Median), Over(old.Least, now.Most), Over(old.Most, now.Least));

    private static string Cell(Spread ratio) => $"{BenchTable.Number(ratio.Median)}x ({BenchTable.Range(ratio)})";

    private static double Over(double old, double now) => now > 0 ? old / now : 0;
}

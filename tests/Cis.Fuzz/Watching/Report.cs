using System.Globalization;

namespace Cis.Fuzz.Watching;

/// <summary>The table of what came of each target.</summary>
internal static class Report
{
    internal const string Head = "target                 runs   runs/s   edges: stored -> now     new   findings";

    internal static string RowOf(TargetResult result)
    {
        long perSecond = result.Milliseconds == 0 ? 0 : result.Runs * 1000 / result.Milliseconds;
        string early = result.ReachesFloor
            ? ""
            : $"   RETURNS EARLY: its corpus covers fewer than {result.LeastEdges} edges";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Target, -17} {result.Runs, 9} {perSecond, 8} {result.FirstEdges, 15} -> {result.Edges, 5} {result.Added, 7} {result.Findings, 10}{early}"
        );
    }
}

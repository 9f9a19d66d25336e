using System.Diagnostics;

namespace Cis.Worker.Tests.Support;

/// <summary>Work that takes time, though next to none.</summary>
internal static class Passing
{
    private static readonly TimeSpan Enough = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);

    /// <summary>Returns once the clock has moved by what no rounding takes for nothing.</summary>
    internal static void UntilTimeHasPassed()
    {
        long start = Stopwatch.GetTimestamp();
        Assert.True(SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= Enough, AtMost));
    }
}

namespace Cis.Worker.Tests.Support;

/// <summary>Lets what a simulated clock has set off run before the clock goes on.</summary>
internal static class Settling
{
    // Other tests run at the same time and keep the pool busy for as long as they like.
    private static readonly TimeSpan AtMost = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Waits until the thread pool, over which the continuations of timers go, has nothing left to begin with: the busier the
    /// machine is, the slower the clock goes.
    /// </summary>
    internal static async Task SettleAsync(CancellationToken cancellationToken = default)
    {
        long start = TimeProvider.System.GetTimestamp();
        do
        {
            await Task.Delay(1, cancellationToken);
        } while (ThreadPool.PendingWorkItemCount > 0 && TimeProvider.System.GetElapsedTime(start) < AtMost);
    }
}

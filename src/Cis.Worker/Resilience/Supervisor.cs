using Microsoft.Extensions.Logging;

namespace Cis.Worker.Resilience;

/// <summary>
/// Keeps background loops running. Whatever a loop throws is logged, and it is started again after a pause: an engine
/// room does not stop because one reading of <c>/proc</c> or one accepted connection failed.
/// </summary>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Hears of each fault.</param>
public sealed class Supervisor(TimeProvider time, ILogger logger)
{
    // One that fails at once, each time, writes a line a minute and no more.
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    // After as long without a fault, the next is the first again.
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(5);

    /// <summary>Runs a loop until it returns, or its token is cancelled.</summary>
    /// <param name="name">What the log calls it.</param>
    /// <param name="loop">The loop; ends by itself only when its work is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the loop ended by that.</exception>
    public Task RunAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken) =>
        RunAsync(
            name,
            async token =>
            {
                await loop(token);
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc cref="RunAsync(string, Func{CancellationToken, Task}, CancellationToken)"/>
    /// <returns>What the loop returned.</returns>
    public async Task<T> RunAsync<T>(
        string name,
        Func<CancellationToken, Task<T>> loop,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(loop);
        for (int failures = 0; ; failures++)
        {
            long start = time.GetTimestamp();
            try
            {
                return await loop(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failures = time.GetElapsedTime(start) > Steady ? 0 : failures;
                TimeSpan pause = Pauses.DelayOf(failures) + TimeSpan.FromSeconds(1);
                LogMessages.LoopFailed(logger, e, name, Math.Round(pause.TotalSeconds, 1));
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}

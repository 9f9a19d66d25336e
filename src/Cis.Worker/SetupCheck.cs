using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>The result of checking one part of the setup.</summary>
/// <param name="Level">Information where it is as it should be; error where no file will be indexed.</param>
/// <param name="Text">One line: which part, and how it is.</param>
/// <param name="Advice">What to do; null where all is well, or the text says it.</param>
public sealed record SetupFinding(LogLevel Level, string Text, string? Advice = null);

/// <summary>
/// Looks, while the worker starts, at what it can see of its queue, store and index, and says each in one line. It only
/// says: what is wrong may be put right while the worker waits for it.
/// </summary>
public static class SetupCheck
{
    // What takes longer is down, which is said elsewhere.
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Checks all parts at the same time.</summary>
    /// <param name="looks">What to look at.</param>
    /// <param name="metrics">Hears what answered as it should.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">The worker has ended.</param>
    public static async Task RunAsync(
        IReadOnlyList<(Dependency Part, Func<CancellationToken, Task<SetupFinding>> Look)> looks,
        WorkerMetrics metrics,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(looks);
        ArgumentNullException.ThrowIfNull(metrics);
        using var limit = new CancellationTokenSource(CheckTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(
            looks.Select(async part =>
            {
                SetupFinding finding = await LookAsync(part.Part, part.Look, metrics, stop.Token);
                LogMessages.SetupFound(
                    logger,
                    finding.Level,
                    finding.Advice is { } advice ? $"{finding.Text}; {advice}" : finding.Text
                );
            })
        );
    }

    private static async Task<SetupFinding> LookAsync(
        Dependency part,
        Func<CancellationToken, Task<SetupFinding>> look,
        WorkerMetrics metrics,
        CancellationToken cancellationToken
    )
    {
        string name = WorkerState.NameOf(part);
        try
        {
            SetupFinding finding = await look(cancellationToken);
            if (finding.Level < LogLevel.Error)
            {
                metrics.Seen(part);
            }

            return finding;
        }
        catch (TransientException e)
        {
            return new SetupFinding(e.IsWorthRetrying ? LogLevel.Warning : LogLevel.Error, $"{name}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new SetupFinding(LogLevel.Warning, $"{name}: no answer in time");
        }
        catch (Exception e)
        {
            // What cannot be looked at keeps nobody from working.
            return new SetupFinding(LogLevel.Warning, $"{name}: cannot be looked at: {e.Message}");
        }
    }
}

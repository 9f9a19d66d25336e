using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>
/// Takes one message from its receipt to its end. It is deleted only once each of its files is in the index, or the
/// message itself is in the dead-letter queue with the reason.
/// </summary>
internal sealed class MessageHandler(
    FileHandler files,
    IMessageQueue queue,
    MessageAcker acker,
    VisibilityHeartbeat heartbeat,
    FaultJudge judge,
    WorkerOptions options,
    WorkerMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    // For messages that are tried again: what a few retries did not heal takes longer.
    private static readonly Backoff BetweenReceives = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(15));

    // S3 puts one record into a notice. What others put there must not open thousands of downloads at once.
    private static readonly ParallelOptions FilesAtOnce = new() { MaxDegreeOfParallelism = 32 };

    // A fault of our own may come of the moment, or of the message: then it must not come again for ever.
    private const int TriesAfterFault = 3;

    /// <summary>Handles a message that the heartbeat keeps.</summary>
    internal async Task HandleAsync(MessageLease lease, MessageStop stop)
    {
        metrics.Taken();
        FileResult result = new(Outcome.Crashed);
        try
        {
            result = await ReadUntilJudgedAsync(lease, stop);
            await SettleAsync(lease, result, stop);
        }
        catch (Exception e)
        {
            // It comes back when its visibility ends.
            LogMessages.MessageCrashed(logger, e, lease.Message.Id);
        }
        finally
        {
            heartbeat.Forget(lease);
            metrics.Ended(result.Outcome, time.GetElapsedTime(lease.ReceivedAt));
        }
    }

    private async Task<FileResult> ReadUntilJudgedAsync(MessageLease lease, MessageStop stop)
    {
        while (true)
        {
            FileResult result = await TryReadAsync(lease, stop);
            switch (await judge.JudgeAsync(result, result.File ?? lease.Message.Id, stop))
            {
                case Verdict.Final:
                    return result;
                case Verdict.Later:
                    Outcome back = judge.IsDraining ? Outcome.Cancelled : Outcome.Transient;
                    return new FileResult(back, $"given back, for it may not be its fault: {result.Reason}");
            }
        }
    }

    private async Task<FileResult> TryReadAsync(MessageLease lease, MessageStop stop)
    {
        try
        {
            return await ReadAsync(lease, stop);
        }
        catch (Exception e)
        {
            LogMessages.MessageCrashed(logger, e, lease.Message.Id);
            bool isLast = lease.Message.ReceiveCount >= TriesAfterFault;
            return new FileResult(isLast ? Outcome.Crashed : Outcome.Transient, $"cis failed inside: {e.Message}")
            {
                Suspicion = new(Dependency.Host, e.GetType().Name),
            };
        }
    }

    private async Task<FileResult> ReadAsync(MessageLease lease, MessageStop stop)
    {
        IReadOnlyList<FileNotice> notices;
        try
        {
            notices = NoticeParser.Parse(lease.Message.Body, options.DefaultBucket);
            judge.Understood();
        }
        catch (ReadException e)
        {
            return Log(lease, new FileResult(e.Outcome, e.Message) { Suspicion = judge.OfMessage(e.Code) }, files: 0);
        }

        if (notices.Count == 0)
        {
            LogMessages.NothingToRead(logger, lease.Message.Id);
            return new FileResult(Outcome.Ok);
        }

        var results = new FileResult[notices.Count];
        await Parallel.ForAsync(
            0,
            notices.Count,
            FilesAtOnce,
            async (i, _) => results[i] = await files.HandleAsync(notices[i], lease, stop)
        );
        FileResult worst = OutcomePolicy.WorstOf(results);
        return results.Length == 1 ? worst : Log(lease, worst, results.Length);
    }

    private FileResult Log(MessageLease lease, FileResult result, int files)
    {
        LogLevel level = OutcomePolicy.LevelOf(result.Outcome);
        if (logger.IsEnabled(level))
        {
            string outcome = OutcomePolicy.NameOf(result.Outcome);
            LogMessages.MessageEnded(logger, level, lease.Message.Id, files, outcome, result.Reason);
        }

        return result;
    }

    private async Task SettleAsync(MessageLease lease, FileResult result, MessageStop stop)
    {
        if (lease.Lost.IsCancellationRequested)
        {
            return; // whoever has it now settles it
        }

        switch (OutcomePolicy.DispositionOf(result.Outcome))
        {
            case Disposition.Settle:
                await DeleteAsync(lease);
                break;
            case Disposition.Fail
                when options.Failures == FailurePolicy.DeadLetter && await DeadLetterAsync(lease, result):
                await DeleteAsync(lease);
                break;
            case Disposition.GiveBack when !stop.HasStoodDown:
                await ReleaseAsync(lease, TimeSpan.Zero);
                break;
            default:
                await ReleaseAsync(lease, BetweenReceives.DelayOf(lease.Message.ReceiveCount - 1));
                break;
        }
    }

    private async Task<bool> DeadLetterAsync(MessageLease lease, FileResult result)
    {
        try
        {
            bool sent = await queue.DeadLetterAsync(
                lease.Message,
                result.Outcome,
                result.Reason ?? "no reason is known",
                CancellationToken.None
            );
            if (sent)
            {
                metrics.DeadLettered();
            }

            return sent;
        }
        catch (TransientException e)
        {
            LogMessages.DeadLetterFailed(logger, lease.Message.Id, e.Message);
            return false;
        }
    }

    private async Task DeleteAsync(MessageLease lease)
    {
        if (await acker.DeleteAsync(lease.Message))
        {
            metrics.Deleted();
        }
    }

    private async Task ReleaseAsync(MessageLease lease, TimeSpan delay)
    {
        // First of all, or the next beat would take it back.
        heartbeat.Forget(lease);
        await acker.ReleaseAsync(lease.Message, delay);
        metrics.Released();
    }
}

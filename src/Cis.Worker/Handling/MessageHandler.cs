using System.Diagnostics;
using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Cis.Worker.Tracing;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Handling;

/// <summary>
/// Takes one message from its receipt to its end. It is deleted only once each of its files is in the index, or the
/// message itself is in the dead-letter queue with the reason.
/// </summary>
internal sealed class MessageHandler(
    FileHandler files,
    IMessageQueue queue,
    MessageAcker acker,
    FaultJudge judge,
    WorkerOptions options,
    WorkerMetrics metrics,
    ILogger logger
)
{
    // S3 puts one record into a notification. What others put there must not open thousands of downloads at once.
    private static readonly ParallelOptions FilesAtOnce = new() { MaxDegreeOfParallelism = 32 };

    // A fault of our own may come of the moment, or of the message: then it must not come again forever.
    private const int TriesAfterFault = 3;

    /// <summary>Handles a message while the heartbeat extends its visibility timeout. The task never faults.</summary>
    internal async Task HandleAsync(MessageInFlight message)
    {
        using Activity? span = WorkerTraces.StartMessage(message.Message, queue.Identity, message.Trace);
        message.Trace = span?.Context ?? message.Trace;
        using IDisposable? lines = TraceScope.Begin(logger, message.Trace);
        try
        {
            LogMessages.MessageReceived(
                logger,
                message.Message.Id,
                message.Message.ReceiveCount,
                message.Message.SentAt
            );
            FileResult result = await ItsTurnAsync(message)
                ? await ReadUntilJudgedAsync(message)
                : new FileResult(Outcome.Cancelled, "the message before it in its group went back to the queue");
            message.Outcome = result.Outcome;
            WorkerTraces.Ended(span, result);
            await SettleAsync(message, result);
        }
        catch (Exception e)
        {
            WorkerTraces.Failed(span, e);
            // It comes back when its visibility ends.
            LogMessages.MessageCrashed(logger, e, message.Message.Id);
        }
    }

    private async Task<FileResult> ReadUntilJudgedAsync(MessageInFlight message)
    {
        for (int tries = message.Message.ReceiveCount; ; tries++)
        {
            TryStart start = judge.BeginTry(tries);
            FileResult result = await TryReadAsync(message, tries);
            Verdict verdict = await judge.JudgeAsync(result, result.File ?? message.Message.Id, message, start);
            switch (verdict)
            {
                case Verdict.Final:
                    return result;
                case Verdict.Later or Verdict.MuchLater:
                    Outcome back = judge.IsDraining ? Outcome.Cancelled : Outcome.Transient;
                    return new FileResult(back, $"returned to the queue, for it may not be its fault: {result.Reason}")
                    {
                        IsForMuchLater = verdict == Verdict.MuchLater,
                    };
            }
        }
    }

    private static async Task<bool> ItsTurnAsync(MessageInFlight message)
    {
        try
        {
            return await message.ItsTurn.WaitAsync(message.Stopped);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<FileResult> TryReadAsync(MessageInFlight message, int tries)
    {
        try
        {
            return await ReadAsync(message);
        }
        catch (Exception e)
        {
            LogMessages.MessageCrashed(logger, e, message.Message.Id);
            bool isLast = tries >= TriesAfterFault;
            return new FileResult(isLast ? Outcome.Crashed : Outcome.Transient, $"cis failed inside: {e.Message}")
            {
                Suspicion = new(Dependency.Host, e.GetType().Name),
            };
        }
    }

    private async Task<FileResult> ReadAsync(MessageInFlight message)
    {
        IReadOnlyList<FileNotification> notifications;
        try
        {
            notifications = NotificationParser.Parse(message.Message.Body, options.DefaultBucket);
            judge.Understood();
        }
        catch (ReadException e)
        {
            var result = new FileResult(e.Outcome, e.Message) { Suspicion = judge.OfMessage(e.Code) };
            return Log(message, result, files: 0);
        }

        if (notifications.Count == 0)
        {
            metrics.Ignored();
            LogMessages.NothingToRead(logger, message.Message.Id);
            return new FileResult(Outcome.Ok);
        }

        var results = new FileResult[notifications.Count];
        await Parallel.ForAsync(
            0,
            notifications.Count,
            FilesAtOnce,
            async (i, _) => results[i] = await files.HandleAsync(notifications[i], message)
        );
        FileResult worst = OutcomePolicy.WorstOf(results);
        return results.Length == 1 ? worst : Log(message, worst, results.Length);
    }

    private FileResult Log(MessageInFlight message, FileResult result, int files)
    {
        LogLevel level = OutcomePolicy.LevelOf(result.Outcome);
        if (logger.IsEnabled(level))
        {
            string outcome = OutcomePolicy.NameOf(result.Outcome);
            LogMessages.MessageEnded(logger, level, message.Message.Id, files, outcome, result.Reason);
        }

        return result;
    }

    private async Task SettleAsync(MessageInFlight message, FileResult result)
    {
        if (message.IsLost)
        {
            return; // whoever has it now settles it
        }

        switch (OutcomePolicy.DispositionOf(result.Outcome))
        {
            case Disposition.Settle:
                await DeleteAsync(message);
                break;
            case Disposition.Fail
                when options.Failures == FailurePolicy.DeadLetter && await DeadLetterAsync(message, result):
                await DeleteAsync(message);
                break;
            case Disposition.Return when !message.HasStoodDown:
                await ReleaseAsync(message, TimeSpan.Zero);
                break;
            case Disposition.Fail or Disposition.Retry or Disposition.Return:
                await ReleaseAsync(message, result.IsForMuchLater ? Backoff.BetweenReceives.Longest : DelayOf(message));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static TimeSpan DelayOf(MessageInFlight message) =>
        Backoff.BetweenReceives.DelayOf(message.Message.ReceiveCount - 1);

    private async Task<bool> DeadLetterAsync(MessageInFlight message, FileResult result)
    {
        try
        {
            bool sent = await queue.DeadLetterAsync(
                message.Message,
                result.Outcome,
                result.Reason ?? "no reason is known",
                CancellationToken.None
            );
            if (sent)
            {
                metrics.DeadLetter(result.Outcome);
            }

            return sent;
        }
        catch (TransientException e)
        {
            LogMessages.DeadLetterFailed(logger, message.Message.Id, e.Message);
            return false;
        }
    }

    private async Task DeleteAsync(MessageInFlight message)
    {
        if (await acker.DeleteAsync(message.Message))
        {
            message.IsSettled = true;
            metrics.Deleted();
            LogMessages.MessageDeleted(logger, message.Message.Id);
        }
    }

    private async Task ReleaseAsync(MessageInFlight message, TimeSpan delay)
    {
        // First of all, or the next renewal would take it back.
        message.LetGo();
        await acker.ReleaseAsync(message.Message, delay);
        metrics.Released();
        LogMessages.MessageReturned(logger, message.Message.Id, delay.TotalSeconds);
    }
}

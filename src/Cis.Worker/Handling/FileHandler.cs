using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Handling;

/// <summary>Takes one file from its notification into the index: fetch, read, index.</summary>
internal sealed class FileHandler(
    FileReader reader,
    FileIndexer indexer,
    FaultJudge judge,
    WorkerMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Handles a file.</summary>
    /// <returns>Never faulted by what a file or a dependency does.</returns>
    internal async Task<FileResult> HandleAsync(FileNotification notification, MessageInFlight message)
    {
        FileResult result = await TryAsync(notification, message);
        metrics.FileEnded();
        LogLevel level = OutcomePolicy.LevelOf(result.Outcome);
        if (logger.IsEnabled(level))
        {
            string outcome = OutcomePolicy.NameOf(result.Outcome);
            long milliseconds = (long)time.GetElapsedTime(message.ReceivedAt).TotalMilliseconds;
            LogMessages.FileEnded(
                logger,
                level,
                notification.Object,
                outcome,
                milliseconds,
                notification.Id,
                message.Message.Id,
                message.Message.ReceiveCount,
                result.Reason
            );
        }

        return result with
        {
            File = notification.Object.ToString(),
        };
    }

    private async Task<FileResult> TryAsync(FileNotification notification, MessageInFlight message)
    {
        ObjectFacts? facts = null;
        try
        {
            (facts, DocumentText text) = await reader.ReadAsync(notification, message);
            long inEngines = (long)text.Timing.Elapsed.TotalMilliseconds;
            LogMessages.FileRead(
                logger,
                notification.Object,
                message.Message.Id,
                facts.Length,
                text.PageCount,
                inEngines
            );
            return (notification with { FileSize = facts.Length }).IsFolderMarker
                ? new FileResult(Outcome.Ok, "it is the marker of a folder: there is nothing to read")
                : await indexer.IndexAsync(notification, facts, text, message);
        }
        catch (ReadException e)
        {
            var failed = DocumentText.Failed(e.Outcome, e.Message);
            FileResult result = await indexer.IndexFailureAsync(notification, facts, failed, message);
            return result with
            {
                Suspicion =
                    e.BucketCode is { } code ? await judge.OfBucketAsync(notification.Object.Bucket, code)
                    : e.Outcome == Outcome.AccessDenied ? await judge.OfObjectAsync(notification.Object.Bucket, e.Code)
                    : result.Suspicion,
            };
        }
        catch (TransientException e)
        {
            string? part = e.Dependency == Dependency.Store ? notification.Object.Bucket : null;
            return new FileResult(Outcome.Transient, e.Message) { Suspicion = new(e.Dependency, "unavailable", part) };
        }
        catch (OperationCanceledException) when (message.Stopped.IsCancellationRequested)
        {
            return new FileResult(Outcome.Cancelled, "the work was stopped");
        }
    }
}

using System.Diagnostics;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Indexing;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Tracing;

namespace Cis.Worker.Handling;

/// <summary>Indexes the text of a file, or the reason why it could not be read.</summary>
internal sealed class FileIndexer(
    RecordBuilder records,
    BulkIndexer indexer,
    WorkerOptions options,
    WorkerMetrics metrics,
    TimeProvider time
)
{
    /// <summary>Indexes the text of a file.</summary>
    /// <returns>How the file ended.</returns>
    internal async Task<FileResult> IndexAsync(
        FileNotification notification,
        ObjectFacts facts,
        DocumentText text,
        MessageInFlight message
    )
    {
        if (text.Outcome is not (Outcome.Ok or Outcome.Partial))
        {
            return await IndexFailureAsync(notification, facts, text, message);
        }

        IndexResult result = await SendAsync(notification, facts, text, message);
        return result.Status switch
        {
            IndexStatus.Busy or IndexStatus.Unavailable => NotIndexed("it", result),
            IndexStatus.Refused => new FileResult(Outcome.IndexRefused, $"the index refuses it: {result.Reason}")
            {
                Suspicion = new(Dependency.Index, result.Code ?? "refused"),
            },
            IndexStatus.Indexed or IndexStatus.Superseded => new FileResult(text.Outcome, text.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Indexes the reason why a file could not be read, if that is configured and the outcome is final.</summary>
    /// <returns>How the file ended.</returns>
    internal async Task<FileResult> IndexFailureAsync(
        FileNotification notification,
        ObjectFacts? facts,
        DocumentText text,
        MessageInFlight message
    )
    {
        bool isFinal = OutcomePolicy.DispositionOf(text.Outcome) == Disposition.Fail;
        if (options.IndexFailures && isFinal)
        {
            IndexResult result = await SendAsync(notification, facts, text, message);
            if (result.Status is IndexStatus.Busy or IndexStatus.Unavailable)
            {
                return NotIndexed("its failure", result);
            }
        }

        return new FileResult(text.Outcome, text.Reason)
        {
            Suspicion =
                text.Outcome == Outcome.Crashed ? new(Dependency.Host, "crashed")
                : facts is { HasRequestId: false } && FileReader.IsNoDocument(text.Outcome)
                    ? new(Dependency.Store, "an answer without S3's request id", notification.Object.Bucket)
                : null,
        };
    }

    private static FileResult NotIndexed(string what, IndexResult result) =>
        new(Outcome.Transient, $"the index did not take {what}: {result.Reason}")
        {
            Suspicion = result.IsAlone ? null : new(Dependency.Index, "unavailable"),
        };

    private async Task<IndexResult> SendAsync(
        FileNotification notification,
        ObjectFacts? facts,
        DocumentText text,
        MessageInFlight message
    )
    {
        using Activity? span = WorkerTraces.StartIndex(notification.Object);
        long asked = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(message.ReceivedAt);
        IndexDocument document = records.Build(notification, facts, text, message.Message, elapsed);
        IndexResult result = await indexer.IndexAsync(span is null ? document : document with { Trace = span.Context });
        metrics.IndexTime.Add(time.GetElapsedTime(asked));
        WorkerTraces.Indexed(span, result);
        return result;
    }
}

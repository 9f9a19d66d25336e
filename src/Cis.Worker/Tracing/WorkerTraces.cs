using System.Diagnostics;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;

namespace Cis.Worker.Tracing;

/// <summary>
/// The spans of a message's way, for whoever listens in this process to the source <c>cis</c>: OpenTelemetry's SDK in a program
/// that hosts the worker, or a test. Where nobody does, each is null and costs a comparison.
/// </summary>
/// <remarks>Names and attributes are those of OpenTelemetry's conventions where it has some; <c>cis.*</c> are our own.</remarks>
internal static class WorkerTraces
{
    private const string OutcomeTag = "cis.outcome";

    private static readonly Stage[] Stages = Enum.GetValues<Stage>();
    private static readonly string[] StageTags = Array.ConvertAll(
        Stages,
        stage => $"cis.stage.{WorkerState.NameOf(stage)}"
    );

    private static readonly ActivitySource Source = new("cis");

    /// <summary>A message, from its first handling to its end.</summary>
    /// <param name="message">The message.</param>
    /// <param name="queue">Where it came from.</param>
    /// <param name="parent">What its sender was at; the default if that is not known.</param>
    internal static Activity? StartMessage(QueueMessage message, QueueIdentity queue, ActivityContext parent)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity? span = Source.StartActivity($"process {queue.Name}", ActivityKind.Consumer, parent);
        return span
            ?.SetTag("messaging.system", queue.System)
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.destination.name", queue.Name)
            .SetTag("messaging.message.id", message.Id)
            .SetTag("cis.receive_count", message.ReceiveCount);
    }

    /// <summary>The download of a file to scratch, with retries and the wait for space.</summary>
    internal static Activity? StartFetch(ObjectReference file) => OfFile(Source.StartActivity("fetch"), file);

    /// <summary>Reading a file.</summary>
    internal static Activity? StartRead(ObjectReference file) => OfFile(Source.StartActivity("read"), file);

    /// <summary>Indexing a file's document, with the wait for others in the same bulk.</summary>
    internal static Activity? StartIndex(ObjectReference file) => OfFile(Source.StartActivity("index"), file);

    /// <summary>A batch to the index: it is of several messages, and so linked to each rather than part of one.</summary>
    internal static Activity? StartBulk(IReadOnlyList<IndexDocument> documents)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var links = new List<ActivityLink>();
        foreach (IndexDocument document in documents)
        {
            if (document.Trace != default)
            {
                links.Add(new ActivityLink(document.Trace));
            }
        }

        Activity? span = Source.StartActivity("bulk", ActivityKind.Client, parentContext: default, tags: null, links);
        return span?.SetTag("db.operation.name", "bulk").SetTag("db.operation.batch.size", documents.Count);
    }

    /// <summary>A message has ended.</summary>
    internal static void Ended(Activity? span, FileResult result)
    {
        if (span is null)
        {
            return;
        }

        string outcome = OutcomePolicy.NameOf(result.Outcome);
        span.SetTag(OutcomeTag, outcome);
        if (OutcomePolicy.DispositionOf(result.Outcome) is Disposition.Fail or Disposition.Retry)
        {
            span.SetTag("error.type", outcome).SetStatus(ActivityStatusCode.Error, result.Reason);
        }
    }

    /// <summary>A file has been fetched.</summary>
    internal static void Fetched(Activity? span, ObjectFacts facts) => span?.SetTag("cis.file.bytes", facts.Length);

    /// <summary>A file has been read, or was found not to be readable.</summary>
    internal static void Read(Activity? span, DocumentText text)
    {
        if (span is null)
        {
            return;
        }

        Ended(span, new FileResult(text.Outcome, text.Reason));
        span.SetTag("cis.pages", text.PageCount);
        // Sums over pages that several engines read at once: spans of their own would not lie within this one.
        for (int i = 0; i < Stages.Length; i++)
        {
            if (text.Timing.Stages[i] is var time && time > TimeSpan.Zero)
            {
                span.SetTag(StageTags[i], time.TotalSeconds);
            }
        }
    }

    /// <summary>The index has answered about a document.</summary>
    internal static void Indexed(Activity? span, IndexResult result)
    {
        if (span is null)
        {
            return;
        }

        string status = WorkerState.NameOf(result.Status);
        span.SetTag("cis.index.status", status);
        if (result.Status is not (IndexStatus.Indexed or IndexStatus.Superseded))
        {
            span.SetTag("error.type", result.Code ?? status).SetStatus(ActivityStatusCode.Error, result.Reason);
        }
    }

    /// <summary>Something was thrown.</summary>
    internal static void Failed(Activity? span, Exception e)
    {
        if (span is not null)
        {
            string type = e is ReadException read ? OutcomePolicy.NameOf(read.Outcome) : e.GetType().Name;
            span.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, e.Message);
        }
    }

    private static Activity? OfFile(Activity? span, ObjectReference file) =>
        span?.SetTag("aws.s3.bucket", file.Bucket).SetTag("aws.s3.key", file.Key);
}

using System.Diagnostics;
using Cis.Documents;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Cis.Worker.Tracing;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Handling;

/// <summary>
/// Fetches the file of a notification and has it read: by the pool of engines, or in a process of its own where an
/// earlier process died over it.
/// </summary>
internal sealed class FileReader(
    ObjectFetcher fetcher,
    EnginePool pool,
    IIsolatedReader isolated,
    ReadAhead readAhead,
    FaultJudge judge,
    DocumentLimits limits,
    WorkerMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Fetches and reads a file.</summary>
    /// <returns>What the store says of the object, and its text or why there is none.</returns>
    /// <exception cref="Pages.ReadException">The object cannot be fetched, for good.</exception>
    /// <exception cref="TransientException">The store or this machine has a fault that may pass.</exception>
    /// <exception cref="OperationCanceledException">The message's work was stopped.</exception>
    internal async Task<(ObjectFacts Facts, DocumentText Text)> ReadAsync(
        FileNotification notification,
        MessageInFlight message
    )
    {
        long asked = time.GetTimestamp();
        (ObjectFacts facts, ScratchFolder folder) = await fetcher.FetchAsync(notification.Object, message.Stopped);
        TimeSpan took = time.GetElapsedTime(asked);
        metrics.FetchTime.Add(took);
        long milliseconds = (long)took.TotalMilliseconds;
        LogMessages.FileFetched(logger, notification.Object, message.Message.Id, facts.Length, milliseconds);
        if (facts.HasRequestId)
        {
            judge.Fetched(notification.Object.Bucket);
        }

        using (folder)
        using (Activity? span = WorkerTraces.StartRead(notification.Object))
        {
            DocumentText text = message.IsSuspect
                ? await ReadAloneAsync(folder, notification, message)
                : await ReadInPoolAsync(folder, notification, facts, message);
            WorkerTraces.Read(span, text);
            // A file of which some pages were read when it was stopped is not a file with bad pages.
            message.Stopped.ThrowIfCancellationRequested();
            if (text.Outcome != Pages.Outcome.Crashed)
            {
                judge[Dependency.Host].Succeeded();
            }

            if (!facts.HasRequestId && !IsNoDocument(text.Outcome))
            {
                judge.Fetched(notification.Object.Bucket);
                judge[Dependency.Store].Succeeded(notification.Object.Bucket);
            }

            return (facts, text);
        }
    }

    /// <summary>Whether what came is no document: the page of a proxy is read so.</summary>
    internal static bool IsNoDocument(Pages.Outcome outcome) =>
        outcome is Pages.Outcome.UnsupportedType or Pages.Outcome.Corrupt;

    private async Task<DocumentText> ReadInPoolAsync(
        ScratchFolder folder,
        FileNotification notification,
        ObjectFacts facts,
        MessageInFlight message
    )
    {
        string? declaredType = notification.MimeType ?? facts.ContentType;
        var request = new DocumentRequest(() =>
            DocumentSource.FromFile(folder.File, limits, declaredType, notification.Name)
        )
        {
            Progress = new FileProgress(message, readAhead),
        };
        DocumentText text = await pool.ReadAsync(request, message.Stopped);
        metrics.FileRead(text.Timing);
        readAhead.Learn(text.Timing.Stages.Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage));
        return text;
    }

    private async Task<DocumentText> ReadAloneAsync(
        ScratchFolder folder,
        FileNotification notification,
        MessageInFlight message
    )
    {
        message.Begin();
        // Should this process die as well, it is still the suspect: so it stays until it is settled.
        message.EnterEngine();
        return await isolated.ReadAsync(folder.File, notification.Name, message.Stopped);
    }
}

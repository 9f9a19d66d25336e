using Cis.Documents;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Indexing;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>Takes one file from its notice into the index: fetch, read, index.</summary>
internal sealed class FileHandler(
    ObjectFetcher fetcher,
    EnginePool pool,
    IIsolatedReader isolated,
    RecordBuilder records,
    BulkIndexer indexer,
    CrashJournal journal,
    ReadAhead readAhead,
    FaultJudge judge,
    WorkerOptions options,
    WorkerMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Handles a file.</summary>
    /// <returns>Never faulted by what a file or a dependency does.</returns>
    internal async Task<FileResult> HandleAsync(FileNotice notice, MessageLease lease, MessageStop stop)
    {
        FileResult result;
        ObjectFacts? facts = null;
        try
        {
            (facts, DocumentText text) = await ReadAsync(notice, lease, stop);
            result = await IndexAsync(notice, facts, text, lease);
        }
        catch (ReadException e)
        {
            result = await FailAsync(notice, facts, DocumentText.Failed(e.Outcome, e.Message), lease);
            if (e.Outcome == Outcome.AccessDenied)
            {
                result = result with { Suspicion = judge.OfObject(notice.Object.Bucket, e.Code) };
            }
        }
        catch (TransientException e)
        {
            result = new FileResult(Outcome.Transient, e.Message)
            {
                Suspicion = new(e.Dependency, "unavailable", PartOf(notice, e.Dependency)),
            };
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            result = new FileResult(Outcome.Cancelled, "the work was stopped");
        }

        Log(notice, lease, result);
        return result with { File = notice.Object.ToString() };
    }

    private static string? PartOf(FileNotice notice, Dependency dependency) =>
        dependency == Dependency.Store ? notice.Object.Bucket : null;

    private void Log(FileNotice notice, MessageLease lease, FileResult result)
    {
        LogLevel level = OutcomePolicy.LevelOf(result.Outcome);
        if (logger.IsEnabled(level))
        {
            string outcome = OutcomePolicy.NameOf(result.Outcome);
            long milliseconds = (long)time.GetElapsedTime(lease.ReceivedAt).TotalMilliseconds;
            LogMessages.FileEnded(logger, level, notice.Object, outcome, milliseconds, result.Reason);
        }
    }

    private async Task<(ObjectFacts Facts, DocumentText Text)> ReadAsync(
        FileNotice notice,
        MessageLease lease,
        MessageStop stop
    )
    {
        long asked = time.GetTimestamp();
        (ObjectFacts facts, ScratchFolder folder) = await fetcher.FetchAsync(notice.Object, stop.Token);
        metrics.FetchTime.Add(time.GetElapsedTime(asked));
        judge.Fetched(notice.Object.Bucket);
        using (folder)
        {
            DocumentText text = lease.IsSuspect
                ? await ReadAloneAsync(folder, notice, lease, stop)
                : await ReadInPoolAsync(folder, notice, facts, lease, stop);
            // A file of which some pages were read when it was stopped is not a file with bad pages.
            stop.Token.ThrowIfCancellationRequested();
            if (text.Outcome != Outcome.Crashed)
            {
                judge[Dependency.Host].Succeeded();
            }

            return (facts, text);
        }
    }

    private async Task<DocumentText> ReadInPoolAsync(
        ScratchFolder folder,
        FileNotice notice,
        ObjectFacts facts,
        MessageLease lease,
        MessageStop stop
    )
    {
        string? declaredType = notice.MimeType ?? facts.ContentType;
        var request = new DocumentRequest(() =>
            DocumentSource.FromFile(folder.File, options.Limits, declaredType, notice.Name)
        )
        {
            Progress = new FileProgress(stop, readAhead, journal, lease.JournalNumber),
        };
        DocumentText text = await pool.ReadAsync(request, stop.Token);
        if (text.Timing.Elapsed > TimeSpan.Zero)
        {
            metrics.ReadTime.Add(text.Timing.Elapsed);
        }

        readAhead.Learn(text.Timing.Stages.Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage));
        return text;
    }

    private Task<DocumentText> ReadAloneAsync(
        ScratchFolder folder,
        FileNotice notice,
        MessageLease lease,
        MessageStop stop
    )
    {
        stop.Begin();
        // Should this process die as well, it is still the suspect.
        journal.Reading(lease.JournalNumber);
        return isolated.ReadAsync(folder.File, notice.Name, stop.Token);
    }

    private async Task<FileResult> IndexAsync(
        FileNotice notice,
        ObjectFacts facts,
        DocumentText text,
        MessageLease lease
    )
    {
        if (text.Outcome is not (Outcome.Ok or Outcome.Partial))
        {
            return await FailAsync(notice, facts, text, lease);
        }

        IndexResult result = await SendAsync(notice, facts, text, lease);
        return result.Status switch
        {
            IndexStatus.Busy or IndexStatus.Unavailable => NotIndexed("it", result),
            IndexStatus.Refused => new FileResult(Outcome.IndexRefused, $"the index refuses it: {result.Reason}")
            {
                Suspicion = new(Dependency.Index, result.Code ?? "refused"),
            },
            _ => new FileResult(text.Outcome, text.Reason),
        };
    }

    private async Task<FileResult> FailAsync(
        FileNotice notice,
        ObjectFacts? facts,
        DocumentText text,
        MessageLease lease
    )
    {
        bool isFinal = OutcomePolicy.DispositionOf(text.Outcome) == Disposition.Fail;
        if (options.IndexFailures && isFinal)
        {
            IndexResult result = await SendAsync(notice, facts, text, lease);
            if (result.Status is IndexStatus.Busy or IndexStatus.Unavailable)
            {
                return NotIndexed("its failure", result);
            }
        }

        return new FileResult(text.Outcome, text.Reason)
        {
            Suspicion = text.Outcome == Outcome.Crashed ? new(Dependency.Host, "crashed") : null,
        };
    }

    private static FileResult NotIndexed(string what, IndexResult result) =>
        new(Outcome.Transient, $"the index did not take {what}: {result.Reason}")
        {
            Suspicion = new(Dependency.Index, "unavailable"),
        };

    private async Task<IndexResult> SendAsync(
        FileNotice notice,
        ObjectFacts? facts,
        DocumentText text,
        MessageLease lease
    )
    {
        long asked = time.GetTimestamp();
        IndexResult result = await indexer.IndexAsync(
            records.Build(notice, facts, text, lease.Message, time.GetElapsedTime(lease.ReceivedAt))
        );
        metrics.IndexTime.Add(time.GetElapsedTime(asked));
        return result;
    }
}

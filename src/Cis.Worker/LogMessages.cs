using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>
/// Everything that the worker logs. 1xx: its life; 2xx: messages; 3xx: what it depends on; 4xx: this machine. The
/// numbers are part of the interface: alarms rely on them.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(101, LogLevel.Information, "Draining: {InFlight} messages in flight")]
    internal static partial void Draining(ILogger logger, long inFlight);

    [LoggerMessage(102, LogLevel.Warning, "Returning {InFlight} messages to the queue that were not done in time")]
    internal static partial void GivingBack(ILogger logger, long inFlight);

    [LoggerMessage(
        103,
        LogLevel.Information,
        "Worker ended: {Deleted} messages done, {Released} returned to the queue, {DeadLettered} sent to the dead-letter queue"
    )]
    internal static partial void Ended(ILogger logger, long deleted, long released, long deadLettered);

    [LoggerMessage(104, LogLevel.Information, "The queue has been empty for {Seconds} s")]
    internal static partial void Idle(ILogger logger, double seconds);

    [LoggerMessage(
        105,
        LogLevel.Warning,
        "An earlier worker died with {Messages} messages in flight, {Suspects} of them being read"
    )]
    internal static partial void Recovering(ILogger logger, int messages, int suspects);

    [LoggerMessage(
        106,
        LogLevel.Information,
        "{InFlight} messages in flight, {Waiting} waiting, {EnginesBusy} of {Engines} engines busy, {PagesPerMinute} pages/min; "
            + "so far {Received} received, {Deleted} done, {DeadLettered} dead-lettered; dependencies down: {Down}; "
            + "RSS {ResidentMiB} MiB, VMS {VirtualMiB} MiB"
    )]
    internal static partial void Status(
        ILogger logger,
        long inFlight,
        long waiting,
        int enginesBusy,
        int engines,
        double pagesPerMinute,
        long received,
        long deleted,
        long deadLettered,
        string down,
        long residentMiB,
        long virtualMiB
    );

    [LoggerMessage(
        113,
        LogLevel.Information,
        "Summary: {Files} files in {Seconds} s, {FilesPerHour} files/h, {Pages} pages, RSS {ResidentMiB} MiB"
    )]
    internal static partial void Summary(
        ILogger logger,
        long files,
        double seconds,
        double filesPerHour,
        long pages,
        long residentMiB
    );

    [LoggerMessage(
        114,
        LogLevel.Information,
        "Summary of {Step}: {Count} times, avg {AverageMs} ms, p50 {P50Ms} ms, p95 {P95Ms} ms, max {MaxMs} ms"
    )]
    internal static partial void SummaryOfStep(
        ILogger logger,
        string step,
        long count,
        double averageMs,
        double p50Ms,
        double p95Ms,
        double maxMs
    );

    [LoggerMessage(109, LogLevel.Information, "Draining the worker: {Reason}")]
    internal static partial void ToldToEnd(ILogger logger, string reason);

    [LoggerMessage(107, LogLevel.Information, "Restarting the worker: {Reason}")]
    internal static partial void Recycling(ILogger logger, string reason);

    [LoggerMessage(108, LogLevel.Error, "An engine is stuck for {Seconds} s beyond its limit: ending the process")]
    internal static partial void Stuck(ILogger logger, double seconds);

    [LoggerMessage(111, LogLevel.Error, "The {Loop} failed and starts again in {Seconds} s; please report it")]
    internal static partial void LoopFailed(ILogger logger, Exception exception, string loop, double seconds);

    [LoggerMessage(115, LogLevel.Warning, "The metrics for CloudWatch were not written (metrics-emf): {Reason}")]
    internal static partial void MetricsNotWritten(ILogger logger, string reason);

    [LoggerMessage(EventId = 110, Message = "Setup: {Finding}")]
    internal static partial void SetupFound(ILogger logger, LogLevel level, string finding);

    [LoggerMessage(EventId = 200, Message = "Message {MessageId} of {Files} files: {Outcome}. {Reason}")]
    internal static partial void MessageEnded(
        ILogger logger,
        LogLevel level,
        string messageId,
        int files,
        string outcome,
        string? reason
    );

    [LoggerMessage(
        EventId = 201,
        Message = "{File}: {Outcome} after {Milliseconds} ms, document {DocumentId}, message {MessageId}, receive {ReceiveCount}. {Reason}"
    )]
    internal static partial void FileEnded(
        ILogger logger,
        LogLevel level,
        ObjectReference file,
        string outcome,
        long milliseconds,
        string documentId,
        string messageId,
        int receiveCount,
        string? reason
    );

    [LoggerMessage(208, LogLevel.Debug, "Received message {MessageId}, receive {ReceiveCount}, sent at {SentAt:O}")]
    internal static partial void MessageReceived(
        ILogger logger,
        string messageId,
        int receiveCount,
        DateTimeOffset sentAt
    );

    [LoggerMessage(
        209,
        LogLevel.Debug,
        "Read {File}, message {MessageId}: {Bytes} bytes, {Pages} pages, {Milliseconds} ms of engine time"
    )]
    internal static partial void FileRead(
        ILogger logger,
        ObjectReference file,
        string messageId,
        long bytes,
        int pages,
        long milliseconds
    );

    [LoggerMessage(212, LogLevel.Debug, "Fetched {File}, message {MessageId}: {Bytes} bytes in {Milliseconds} ms")]
    internal static partial void FileFetched(
        ILogger logger,
        ObjectReference file,
        string messageId,
        long bytes,
        long milliseconds
    );

    [LoggerMessage(213, LogLevel.Debug, "Sent a bulk of {Documents} documents to the index in {Milliseconds} ms")]
    internal static partial void BulkSent(ILogger logger, int documents, long milliseconds);

    [LoggerMessage(210, LogLevel.Debug, "Deleted message {MessageId} from the queue")]
    internal static partial void MessageDeleted(ILogger logger, string messageId);

    [LoggerMessage(211, LogLevel.Debug, "Returned message {MessageId} to the queue, visible again in {Seconds} s")]
    internal static partial void MessageReturned(ILogger logger, string messageId, double seconds);

    [LoggerMessage(202, LogLevel.Warning, "Lost message {MessageId}, which other workers may receive now: {Reason}")]
    internal static partial void LeaseLost(ILogger logger, string messageId, string reason);

    [LoggerMessage(203, LogLevel.Warning, "Message {MessageId} was not deleted and will be received again: {Reason}")]
    internal static partial void DeleteFailed(ILogger logger, string messageId, string reason);

    [LoggerMessage(
        204,
        LogLevel.Warning,
        "Message {MessageId} was not returned to the queue and stays hidden until its visibility timeout ends: {Reason}"
    )]
    internal static partial void ReleaseFailed(ILogger logger, string messageId, string reason);

    [LoggerMessage(
        205,
        LogLevel.Warning,
        "Message {MessageId} was not sent to the dead-letter queue and will be received again: {Reason}"
    )]
    internal static partial void DeadLetterFailed(ILogger logger, string messageId, string reason);

    [LoggerMessage(206, LogLevel.Information, "Message {MessageId} names no file to read")]
    internal static partial void NothingToRead(ILogger logger, string messageId);

    [LoggerMessage(207, LogLevel.Error, "Message {MessageId} caused an internal error; please report it")]
    internal static partial void MessageCrashed(ILogger logger, Exception exception, string messageId);

    [LoggerMessage(300, LogLevel.Warning, "Receiving from the queue failed: {Reason}")]
    internal static partial void ReceiveFailed(ILogger logger, string reason);

    [LoggerMessage(301, LogLevel.Warning, "The visibility of {Messages} messages was not extended: {Reason}")]
    internal static partial void HeartbeatFailed(ILogger logger, int messages, string reason);

    [LoggerMessage(302, LogLevel.Warning, "{Dependency}: {Reason}")]
    internal static partial void CallFailed(ILogger logger, Dependency dependency, string reason);

    [LoggerMessage(303, LogLevel.Error, "{Dependency} is down, receiving is paused: {Reason}")]
    internal static partial void CircuitOpened(ILogger logger, Dependency dependency, string reason);

    [LoggerMessage(304, LogLevel.Information, "{Dependency} is up again")]
    internal static partial void CircuitClosed(ILogger logger, Dependency dependency);

    [LoggerMessage(400, LogLevel.Warning, "Scratch folder {Folder} cannot be used, using {Next} instead: {Reason}")]
    internal static partial void ScratchUnusable(ILogger logger, string folder, string next, string reason);

    [LoggerMessage(
        401,
        LogLevel.Error,
        "The crash journal cannot be written, so messages in flight at a crash stay hidden until their visibility timeout ends: {Reason}"
    )]
    internal static partial void JournalFailed(ILogger logger, string reason);

    [LoggerMessage(403, LogLevel.Warning, "Files that earlier workers left beside {Folder} cannot be read: {Reason}")]
    internal static partial void RecoveryFailed(ILogger logger, string folder, string reason);

    [LoggerMessage(404, LogLevel.Information, "Documents are parsed in sandboxed processes: {Layers}")]
    internal static partial void Sandboxed(ILogger logger, string layers);

    [LoggerMessage(405, LogLevel.Warning, "Sandbox: {What}")]
    internal static partial void SandboxSays(ILogger logger, string what);
}

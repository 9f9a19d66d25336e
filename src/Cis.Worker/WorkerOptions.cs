using Cis.Documents;
using Cis.Worker.Indexing;
using Cis.Worker.Ports;

namespace Cis.Worker;

/// <summary>What happens to messages whose files cannot be read.</summary>
public enum FailurePolicy
{
    /// <summary>Sent to the dead-letter queue at once with the reason, or left in the queue if no dead-letter queue is known.</summary>
    DeadLetter,

    /// <summary>Left in the queue, whose redrive policy moves them after a number of receives.</summary>
    Leave,
}

/// <summary>Why the worker has ended.</summary>
public enum WorkerEnd
{
    /// <summary>It was told to, or was idle for the configured time.</summary>
    Stopped,

    /// <summary>It asks for a restart after a number of pages or above a memory limit.</summary>
    Recycle,

    /// <summary>An engine is stuck in a library, which only ending the process can stop. Nothing was returned to the queue.</summary>
    Stuck,
}

/// <summary>The options of the worker. The defaults are those of the old worker where it had the same option.</summary>
public sealed record WorkerOptions
{
    /// <summary>The bucket for notifications that do not name one.</summary>
    public string? DefaultBucket { get; init; }

    /// <summary>How long a receive waits for a first message; by default the maximum of SQS.</summary>
    public TimeSpan ReceiveWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a received message stays hidden; extended again and again while it is ours. After a crash it takes this
    /// long until the message comes back.
    /// </summary>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Ends the worker once the queue has been empty, with nothing in flight, for this long; null runs forever.</summary>
    public TimeSpan? ExitWhenIdle { get; init; }

    /// <summary>How long files being read may take to finish after the first signal to stop.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Restarts after this many pages; 0 never.</summary>
    public long RecycleAfterPages { get; init; }

    /// <summary>Restarts when this many bytes are resident, before the kernel kills the process; 0 for no limit.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>How long an engine may exceed its limits before the process is ended because of it.</summary>
    public TimeSpan StuckTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the log reports the worker's state while it has work; zero for never.</summary>
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether the queue's messages are counted once a minute for the metrics.</summary>
    public bool CountsQueue { get; init; }

    /// <summary>After how many files the log summarizes where the time went; zero for never.</summary>
    public int SummaryFiles { get; init; } = 100;

    /// <summary>What happens to messages whose files cannot be read.</summary>
    public FailurePolicy Failures { get; init; } = FailurePolicy.DeadLetter;

    /// <summary>
    /// So many different files that fail alike in a row, with no success between, are not at fault themselves: the worker
    /// stops receiving and sends no more of them to the dead letters.
    /// </summary>
    public int FailuresInRow { get; init; } = 10;

    /// <summary>Whether such files get a document without text, with the reason, so that a search shows them.</summary>
    public bool IndexFailures { get; init; }

    /// <summary>Limits on files, pages and times.</summary>
    public DocumentLimits Limits { get; init; } = new();

    /// <summary>The maximum number of documents in a bulk.</summary>
    public int BulkDocuments { get; init; } = 100;

    /// <summary>The maximum size of a bulk in bytes, unless a single document is larger.</summary>
    public long BulkBytes { get; init; } = 5 << 20;

    /// <summary>The longest time that a document waits to share a bulk with others.</summary>
    public TimeSpan BulkAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a document is retried while the index is down, before its message is returned to the queue.</summary>
    public TimeSpan IndexTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The maximum size of a document's JSON in bytes; above it <see cref="Oversize"/> decides.</summary>
    public long MaxDocumentBytes { get; init; } = 20 << 20;

    /// <summary>The maximum size of any request in bytes: OpenSearch's own default.</summary>
    public long MaxRequestBytes { get; init; } = 100 << 20;

    /// <summary>What happens to larger documents.</summary>
    public OversizePolicy Oversize { get; init; } = OversizePolicy.Split;

    /// <summary>The version of cis, for the documents.</summary>
    public string WorkerVersion { get; init; } = "";
}

/// <summary>The dependencies of the worker.</summary>
/// <param name="Queue">Where messages come from.</param>
/// <param name="Store">Where files come from.</param>
/// <param name="Index">Where documents go.</param>
/// <param name="Isolated">Reads files that a process died over.</param>
public sealed record WorkerPorts(
    IMessageQueue Queue,
    IObjectStore Store,
    IDocumentIndex Index,
    IIsolatedReader Isolated
);

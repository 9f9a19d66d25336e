using Cis.Documents;
using Cis.Worker.Indexing;
using Cis.Worker.Ports;

namespace Cis.Worker;

/// <summary>What becomes of messages whose files cannot be read.</summary>
public enum FailurePolicy
{
    /// <summary>Sent to the dead-letter queue at once, with why; where none is known, left to the queue.</summary>
    DeadLetter,

    /// <summary>Left in the queue, whose redrive policy moves them after so many receives.</summary>
    Leave,
}

/// <summary>Why the worker has ended.</summary>
public enum WorkerEnd
{
    /// <summary>It was told to, or was idle for as long as is set.</summary>
    Stopped,

    /// <summary>It asks to be started again in a fresh process image: so many pages, or so much memory.</summary>
    Recycle,

    /// <summary>An engine is stuck in a library: nothing but the end of the process ends that. Nothing was returned to the queue.</summary>
    Stuck,
}

/// <summary>How the worker works. The defaults are those of the old worker where it had the same.</summary>
public sealed record WorkerOptions
{
    /// <summary>The bucket for notifications that do not name one.</summary>
    public string? DefaultBucket { get; init; }

    /// <summary>How long a receive waits for a first message; the most that SQS allows.</summary>
    public TimeSpan ReceiveWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a received message stays hidden; extended again and again while it is ours. After a crash it takes this
    /// long until the message comes back.
    /// </summary>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Ends the worker once the queue was empty and nothing was in flight for so long; null runs forever.</summary>
    public TimeSpan? ExitWhenIdle { get; init; }

    /// <summary>How long running files may go on after the first signal to stop.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Restarts, in a fresh process image, after so many pages; 0 never.</summary>
    public long RecycleAfterPages { get; init; }

    /// <summary>Restarts when so many bytes are resident, before the kernel ends it; 0 has no limit.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>How long an engine may be stuck beyond its limits before it is ended together with the process.</summary>
    public TimeSpan StuckTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the log says how the worker is, while it has something to do; zero never.</summary>
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether the queue's messages are counted once a minute, for whoever looks at the metrics.</summary>
    public bool CountsQueue { get; init; }

    /// <summary>After how many files the log sums up where the time went; zero never.</summary>
    public int SummaryFiles { get; init; } = 100;

    /// <summary>What becomes of messages whose files cannot be read.</summary>
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

    /// <summary>The most documents in a batch to the index.</summary>
    public int BulkDocuments { get; init; } = 100;

    /// <summary>The most bytes in such a batch, unless one document alone has more.</summary>
    public long BulkBytes { get; init; } = 5 << 20;

    /// <summary>The longest that a document waits for others to share a batch with.</summary>
    public TimeSpan BulkAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a document is tried while the index is down; after that its message is returned to the queue.</summary>
    public TimeSpan IndexTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most bytes of JSON that a document may have before <see cref="Oversize"/> says what to do.</summary>
    public long MaxDocumentBytes { get; init; } = 20 << 20;

    /// <summary>The most bytes that a request may have at all: OpenSearch's own default.</summary>
    public long MaxRequestBytes { get; init; } = 100 << 20;

    /// <summary>What is done with larger documents.</summary>
    public OversizePolicy Oversize { get; init; } = OversizePolicy.Split;

    /// <summary>The version of cis, for the documents.</summary>
    public string WorkerVersion { get; init; } = "";
}

/// <summary>What the worker works between.</summary>
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

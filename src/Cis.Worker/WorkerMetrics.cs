using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;

namespace Cis.Worker;

/// <summary>Counts what the worker has done since its start. Thread-safe.</summary>
public sealed class WorkerMetrics
{
    private readonly long[] _messages = new long[Enum.GetValues<Outcome>().Length];
    private readonly long[] _failures = new long[Enum.GetValues<Dependency>().Length];
    private readonly bool[] _seen = new bool[Enum.GetValues<Dependency>().Length];
    private readonly bool[] _down = new bool[Enum.GetValues<Dependency>().Length];
    private long _received;
    private long _receives;
    private long _deleted;
    private long _released;
    private readonly long[] _deadLettered = new long[Enum.GetValues<Outcome>().Length];
    private readonly DurationHistogram[] _stages = [.. Enum.GetValues<Stage>().Select(_ => new DurationHistogram())];
    private long _files;
    private long _ignored;
    private long _leasesLost;
    private long _bulks;
    private long _documents;
    private long _inFlight;
    private long _waiting;
    private long _held;

    /// <summary>Receive calls that the queue answered.</summary>
    public long Receives => Interlocked.Read(ref _receives);

    /// <summary>Messages received, some more than once.</summary>
    public long MessagesReceived => Interlocked.Read(ref _received);

    /// <summary>Messages deleted for good.</summary>
    public long MessagesDeleted => Interlocked.Read(ref _deleted);

    /// <summary>Messages returned to the queue.</summary>
    public long MessagesReleased => Interlocked.Read(ref _released);

    /// <summary>Messages copied to the dead-letter queue.</summary>
    public long MessagesDeadLettered => Enum.GetValues<Outcome>().Sum(DeadLettered);

    /// <summary>Files finished, whatever their outcome.</summary>
    public long FilesEnded => Interlocked.Read(ref _files);

    /// <summary>Messages that name no file to read: S3's test event, removals, tags, lifecycle, folders.</summary>
    public long MessagesIgnored => Interlocked.Read(ref _ignored);

    /// <summary>Messages that became visible to others while in flight.</summary>
    public long LeasesLost => Interlocked.Read(ref _leasesLost);

    /// <summary>Bulk requests that the index answered.</summary>
    public long BulkRequests => Interlocked.Read(ref _bulks);

    /// <summary>Documents in bulk requests.</summary>
    public long BulkDocuments => Interlocked.Read(ref _documents);

    /// <summary>Messages in flight.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Messages in flight that no engine has started to read.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Messages kept in flight until it is clear whose fault their failure is.</summary>
    public long MessagesHeld => Interlocked.Read(ref _held);

    /// <summary>Time from sending a message to receiving it.</summary>
    public DurationHistogram QueueWait { get; } = new();

    /// <summary>Time from receiving a message to its end.</summary>
    public DurationHistogram MessageTime { get; } = new();

    /// <summary>Fetching a file, with retries and the wait for room on scratch.</summary>
    public DurationHistogram FetchTime { get; } = new();

    /// <summary>Time to read a file, from the start of its first engine.</summary>
    public DurationHistogram ReadTime { get; } = new();

    /// <summary>Time from finishing a document to the index's answer.</summary>
    public DurationHistogram IndexTime { get; } = new();

    /// <summary>Messages that ended with an outcome.</summary>
    public long MessagesEnded(Outcome outcome) => Interlocked.Read(ref _messages[(int)outcome]);

    /// <summary>Messages copied to the dead-letter queue with an outcome.</summary>
    public long DeadLettered(Outcome outcome) => Interlocked.Read(ref _deadLettered[(int)outcome]);

    /// <summary>Engines' time for a file, by stage; a file without the stage does not count.</summary>
    public DurationHistogram StageTime(Stage stage) => _stages[(int)stage];

    /// <summary>Calls to a dependency that failed, retries included.</summary>
    public long Failures(Dependency dependency) => Interlocked.Read(ref _failures[(int)dependency]);

    /// <summary>Whether a dependency is considered down.</summary>
    public bool IsDown(Dependency dependency) => Volatile.Read(ref _down[(int)dependency]);

    /// <summary>Whether a dependency has answered since the start.</summary>
    public bool IsSeen(Dependency dependency) => Volatile.Read(ref _seen[(int)dependency]);

    internal void SetDown(Dependency dependency, bool isDown) => Volatile.Write(ref _down[(int)dependency], isDown);

    internal void Seen(Dependency dependency) => Volatile.Write(ref _seen[(int)dependency], true);

    internal void Received(int count)
    {
        Interlocked.Increment(ref _receives);
        Interlocked.Add(ref _received, count);
    }

    internal void Taken()
    {
        Interlocked.Increment(ref _inFlight);
        Interlocked.Increment(ref _waiting);
    }

    internal void Held(int more) => Interlocked.Add(ref _held, more);

    internal void Begun() => Interlocked.Decrement(ref _waiting);

    internal void Ended(Outcome outcome, TimeSpan time)
    {
        MessageTime.Add(time);
        Interlocked.Increment(ref _messages[(int)outcome]);
        Interlocked.Decrement(ref _inFlight);
    }

    internal void Deleted() => Interlocked.Increment(ref _deleted);

    internal void Released() => Interlocked.Increment(ref _released);

    internal void DeadLetter(Outcome outcome) => Interlocked.Increment(ref _deadLettered[(int)outcome]);

    internal void FileEnded() => Interlocked.Increment(ref _files);

    internal void FileRead(DocumentTiming timing)
    {
        if (timing.Elapsed > TimeSpan.Zero)
        {
            ReadTime.Add(timing.Elapsed);
        }

        for (int i = 0; i < _stages.Length; i++)
        {
            if (timing.Stages[i] > TimeSpan.Zero)
            {
                _stages[i].Add(timing.Stages[i]);
            }
        }
    }

    internal void Ignored() => Interlocked.Increment(ref _ignored);

    internal void LeaseLost() => Interlocked.Increment(ref _leasesLost);

    internal void DependencyFailed(Dependency dependency) => Interlocked.Increment(ref _failures[(int)dependency]);

    internal void BulkSent(int documents)
    {
        Interlocked.Increment(ref _bulks);
        Interlocked.Add(ref _documents, documents);
    }
}

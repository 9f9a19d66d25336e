using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Worker.Tests.Support;

/// <summary>A queue in memory that hides, counts and gives out again as SQS does.</summary>
internal sealed class FakeQueue(TimeProvider time) : IMessageQueue
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _receipts;

    public List<(QueueMessage Message, Outcome Outcome, string Reason)> DeadLetters { get; } = [];

    public bool HasDeadLetterQueue { get; init; } = true;

    /// <summary>How often a message is received before the redrive policy takes it.</summary>
    public int MaxReceives { get; set; } = int.MaxValue;

    /// <summary>What the redrive policy took.</summary>
    public List<string> Redriven { get; } = [];

    /// <summary>Runs before each receive.</summary>
    public Action OnReceive { get; set; } = () => { };

    /// <summary>Decides an entry's result in place of the queue, by what is asked and the message's id.</summary>
    public Func<string, string, EntryResult?> Intercept { get; set; } = (_, _) => null;

    /// <summary>How many messages each receive asked for, and each batch of the other calls had.</summary>
    public List<(string Call, int Count)> Calls { get; } = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public int Hidden
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count(entry => entry.VisibleAt > time.GetUtcNow());
            }
        }
    }

    /// <summary>Messages that other workers have in flight.</summary>
    public int OthersInFlight { get; set; }

    public Task<int> CountInFlightAsync(CancellationToken cancellationToken) =>
        Task.FromResult(OthersInFlight + Hidden);

    /// <summary>Runs before it is asked for its redrive policy.</summary>
    public Action OnPolicy { get; set; } = () => { };

    public Task<int?> ReceivesAllowedAsync(CancellationToken cancellationToken)
    {
        OnPolicy();
        return Task.FromResult<int?>(MaxReceives == int.MaxValue ? null : MaxReceives);
    }

    /// <summary>What it says when it is asked for its counts; null says that it does not tell.</summary>
    public Func<QueueStatus?> OnCount { get; set; } = () => null;

    public Task<QueueStatus?> CountAsync(CancellationToken cancellationToken) => Task.FromResult(OnCount());

    public QueueIdentity Identity { get; } = new("aws_sqs", "files");

    public void Send(
        string id,
        string body,
        string? group = null,
        string? traceParent = null,
        string? traceHeader = null
    )
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (traceParent is not null)
        {
            attributes.Add("traceparent", traceParent);
        }

        var entry = new Entry(id, body, time.GetUtcNow())
        {
            Group = group,
            Attributes = attributes,
            TraceHeader = traceHeader,
        };
        lock (_gate)
        {
            _entries.Add(entry);
            _sent.SetResult();
            _sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void MakeVisible(string id)
    {
        lock (_gate)
        {
            _entries.Single(entry => entry.Id == id).VisibleAt = default;
        }
    }

    /// <summary>How long until a message is visible.</summary>
    public TimeSpan HiddenFor(string id)
    {
        lock (_gate)
        {
            return _entries.Single(entry => entry.Id == id).VisibleAt - time.GetUtcNow();
        }
    }

    public int ReceiveCountOf(string id)
    {
        lock (_gate)
        {
            return _entries.Single(entry => entry.Id == id).ReceiveCount;
        }
    }

    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(
        int max,
        TimeSpan wait,
        TimeSpan visibility,
        CancellationToken cancellationToken
    )
    {
        OnReceive();
        DateTimeOffset until = time.GetUtcNow() + wait;
        while (true)
        {
            Task sent;
            lock (_gate)
            {
                List<QueueMessage> taken = TakeLocked(max, visibility);
                if (taken.Count > 0 || time.GetUtcNow() >= until)
                {
                    Calls.Add(("receive", max));
                    return taken;
                }

                sent = _sent.Task;
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            // Looks again before long, as messages come back by themselves and from those who give them up.
            await Task.WhenAny(sent, Task.Delay(TimeSpan.FromMilliseconds(100), time, stop.Token));
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public Task<IReadOnlyList<EntryResult>> ChangeVisibilityAsync(
        IReadOnlyList<VisibilityChange> changes,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<EntryResult>>(
            Each(
                "visibility",
                [.. changes.Select(change => change.Receipt)],
                (entry, i) => entry.VisibleAt = time.GetUtcNow() + changes[i].Timeout
            )
        );

    public Task<IReadOnlyList<EntryResult>> DeleteAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<EntryResult>>(Each("delete", receipts, (entry, _) => _entries.Remove(entry)));

    public Task<bool> DeadLetterAsync(
        QueueMessage message,
        Outcome outcome,
        string reason,
        CancellationToken cancellationToken
    )
    {
        lock (_gate)
        {
            if (HasDeadLetterQueue)
            {
                DeadLetters.Add((message, outcome, reason));
            }
        }

        return Task.FromResult(HasDeadLetterQueue);
    }

    private List<QueueMessage> TakeLocked(int max, TimeSpan visibility)
    {
        var taken = new List<QueueMessage>();
        foreach (Entry worn in _entries.Where(IsWorn).ToList())
        {
            Redriven.Add(worn.Id);
            _entries.Remove(worn);
        }

        foreach (Entry entry in _entries.Where(IsFree).Take(max).ToArray())
        {
            entry.VisibleAt = time.GetUtcNow() + visibility;
            entry.Receipt = $"receipt-{++_receipts}";
            entry.ReceiveCount++;
            taken.Add(
                new QueueMessage(
                    entry.Id,
                    entry.Receipt,
                    entry.Body,
                    entry.ReceiveCount,
                    entry.SentAt,
                    entry.Attributes
                )
                {
                    GroupId = entry.Group,
                    TraceHeader = entry.TraceHeader,
                }
            );
        }

        return taken;
    }

    // Of a group, nothing is given out while something of it is hidden.
    private bool IsFree(Entry entry) =>
        entry.VisibleAt <= time.GetUtcNow()
        && (entry.Group is null || !_entries.Exists(e => e.Group == entry.Group && e.VisibleAt > time.GetUtcNow()));

    private bool IsWorn(Entry entry) => entry.ReceiveCount >= MaxReceives && entry.VisibleAt <= time.GetUtcNow();

    private EntryResult[] Each(string call, IReadOnlyList<string> receipts, Action<Entry, int> act)
    {
        Assert.InRange(receipts.Count, 1, IMessageQueue.BatchLimit);
        lock (_gate)
        {
            Calls.Add((call, receipts.Count));
            var results = new EntryResult[receipts.Count];
            for (int i = 0; i < results.Length; i++)
            {
                Entry? entry = _entries.Find(e => e.Receipt == receipts[i] && e.VisibleAt > time.GetUtcNow());
                results[i] = entry is null
                    ? new EntryResult(EntryStatus.Gone, "the receipt is no longer valid")
                    : Intercept(call, entry.Id) ?? EntryResult.Done;
                if (results[i].Status == EntryStatus.Done)
                {
                    act(entry!, i);
                }
            }

            return results;
        }
    }

    private sealed class Entry(string id, string body, DateTimeOffset sentAt)
    {
        public string Id => id;

        public string Body => body;

        public DateTimeOffset SentAt => sentAt;

        public string? Group { get; init; }

        public Dictionary<string, string> Attributes { get; init; } = [];

        public string? TraceHeader { get; init; }

        public string Receipt { get; set; } = "";

        public int ReceiveCount { get; set; }

        public DateTimeOffset VisibleAt { get; set; }
    }
}

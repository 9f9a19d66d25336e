using System.Collections.Concurrent;
using Cis.Documents;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Ports;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Worker.Tests.Support;

/// <summary>A whole worker between ports in memory, on a clock that the test moves.</summary>
internal sealed class WorkerHarness : IAsyncDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly bool _ownsRoot;

    public WorkerHarness(
        WorkerOptions? options = null,
        string? scratchRoot = null,
        long scratchBytes = 1 << 20,
        TimeSpan? pageLimit = null
    )
    {
        _ownsRoot = scratchRoot is null;
        ScratchRoot = scratchRoot ?? Directory.CreateTempSubdirectory("cis-test-").FullName;
        Queue = new FakeQueue(Time);
        Pool = new EnginePool(
            new EnginePoolOptions(2, pageLimit ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
            {
                Room = MessageWorker.MaxInFlight,
            },
            () => new Engine(this)
        );
        Scratch = Scratch.Open([ScratchRoot], scratchBytes, Log);
        Options = options ?? new WorkerOptions { DefaultBucket = "bucket", WorkerVersion = "1.2.3" };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public FakeQueue Queue { get; set; }

    public FakeStore Store { get; } = new();

    public FakeIndex Index { get; } = new();

    public Isolated IsolatedReader { get; } = new();

    public EnginePool Pool { get; }

    public Scratch Scratch { get; }

    public string ScratchRoot { get; }

    public WorkerOptions Options { get; }

    public LogList Log { get; } = new();

    public MessageWorker? Worker { get; private set; }

    public Task<WorkerEnd> Running { get; private set; } = Task.FromResult(WorkerEnd.Stopped);

    /// <summary>Runs on the engine's thread for each page, by the file's name.</summary>
    public Action<string, CancellationToken> OnRead { get; set; } = (_, _) => { };

    /// <summary>Puts an object and its notification in the old worker's form.</summary>
    public void Send(
        string key,
        string? id = null,
        string? traceParent = null,
        string? traceHeader = null,
        string bucket = ""
    )
    {
        Store.Put(key, Time.GetUtcNow());
        string body = $$"""{"s3Bucket":"{{bucket}}","s3Key":"{{key}}","fileId":"{{key}}","fileName":"{{key}}"}""";
        Queue.Send(id ?? key, body, traceParent: traceParent, traceHeader: traceHeader);
    }

    public void Start()
    {
        Worker = new MessageWorker(
            new WorkerPorts(Queue, Store, Index, IsolatedReader),
            Pool,
            Options,
            Scratch,
            Time,
            Log
        );
        Running = Worker.RunAsync(_drain.Token, _abandon.Token);
    }

    public void Drain() => _drain.Cancel();

    public void Abandon() => _abandon.Cancel();

    /// <summary>Moves the clock on, a tenth of a second at a time, until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan? atMost = null)
    {
        DateTimeOffset end = Time.GetUtcNow() + (atMost ?? TimeSpan.FromMinutes(2));
        while (!condition())
        {
            Assert.True(Time.GetUtcNow() < end, "it did not come to hold. The log:\n" + Log);
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Settling.SettleAsync();
        }
    }

    public async Task AdvanceAsync(TimeSpan time, TimeSpan? by = null)
    {
        TimeSpan step = by ?? TimeSpan.FromMilliseconds(500);
        for (TimeSpan done = TimeSpan.Zero; done < time; done += step)
        {
            Time.Advance(step);
            await Settling.SettleAsync();
        }
    }

    /// <summary>Drains and waits for the end.</summary>
    public async Task EndAsync()
    {
        Drain();
        await UntilAsync(() => Running.IsCompleted);
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await _abandon.CancelAsync();
        await UntilAsync(() => Running.IsCompleted);
        Pool.Dispose();
        Worker?.Dispose();
        Scratch.Dispose();
        if (_ownsRoot)
        {
            Directory.Delete(ScratchRoot, recursive: true);
        }

        _drain.Dispose();
        _abandon.Dispose();
    }

    private sealed class Engine(WorkerHarness harness) : IPageEngine
    {
        private string _name = "";

        public DocumentFacts Open(DocumentSource source, CancellationToken cancellationToken)
        {
            _name = source.Name;
            return new DocumentFacts(
                "application/pdf",
                1,
                IsPicture: _name.StartsWith("scan", StringComparison.Ordinal)
            );
        }

        public PageReading Read(int pageIndex, StageTimes times, CancellationToken cancellationToken)
        {
            harness.OnRead(_name, cancellationToken);
            return new PageReading(FakeEngines.Text($"text of {_name}"), Note: null);
        }

        public void Close() { }

        public void Dispose() { }
    }
}

/// <summary>Stands for a process of its own.</summary>
internal sealed class Isolated : IIsolatedReader
{
    public ConcurrentQueue<string> Names { get; } = new();

    public Func<string, DocumentText> Read { get; set; } =
        name => new DocumentText(
            Outcome.Ok,
            null,
            "application/pdf",
            1,
            [new PageResult(1, Outcome.Ok, null, FakeEngines.Text($"text of {name}, read alone"))],
            DocumentTiming.None
        );

    public Task<DocumentText> ReadAsync(string file, string name, CancellationToken cancellationToken)
    {
        Assert.True(File.Exists(file));
        Names.Enqueue(name);
        return Task.FromResult(Read(name));
    }
}

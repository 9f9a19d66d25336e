using Cis.Pages;
using Cis.Worker.Handling;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cis.Worker.Tests.Simulation;

/// <summary>What all workers of a simulation share.</summary>
internal sealed record SimulatedWorld(
    SimulatedTime Time,
    SimulatedQueue Queue,
    SimulatedService Store,
    SimulatedService Index,
    Random Random
)
{
    internal const int Engines = 3;

    /// <summary>The time of an engine for a file: docs/scale.md says where from.</summary>
    internal static readonly TimeSpan MeanReadTime = TimeSpan.FromSeconds(1);

    /// <summary>From the first receive of a message to its end.</summary>
    internal TimeSpan LongestHandling { get; set; }

    internal double Jitter() => 0.5 + Random.NextDouble();
}

/// <summary>
/// A worker of which the decisions are the real ones, and what they are about is made up. Real: the read-ahead and its
/// bound, guards with their retries and budgets, breakers, the pattern, turns, the delays between receives, the table of
/// outcomes. Modelled: the order in which <c>MessageHandler</c>, <c>FaultJudge.JudgeAsync</c> and <c>BulkIndexer</c> ask
/// them, for those need engines and threads; renewals, which always succeed while the queue is up.
/// </summary>
internal sealed class SimulatedWorker
{
    private const int FilesInRow = 10;
    private const int BulkDocuments = 100;
    private const int MostReceives = 2; // as MessageInFlight has it
    private static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan EvidenceTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PendingTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FleetStep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FleetTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan IndexPatience = new WorkerOptions().IndexPatience;
    private static readonly RetryLimits StoreRetries = new(Backoff.Standard, MaxRetries: 3, TimeSpan.FromMinutes(1));

    private readonly SimulatedWorld _world;
    private readonly ReadAhead _readAhead = new(SimulatedWorld.Engines);
    private readonly DependencyGuard[] _guards;
    private readonly Line[] _lines;
    private readonly HashSet<Held> _held = [];
    private readonly Queue<TaskCompletionSource> _forEngine = new();
    private List<TaskCompletionSource<Outcome>> _batch = [];
    private int _freeEngines = SimulatedWorld.Engines;

    internal SimulatedWorker(SimulatedWorld world)
    {
        _world = world;
        _guards = Array.ConvertAll(
            Enum.GetValues<Dependency>(),
            dependency => new DependencyGuard(
                dependency,
                dependency == Dependency.Store ? StoreRetries : StoreRetries with { MaxRetries = 0 },
                FilesInRow,
                world.Time,
                new WorkerMetrics(),
                NullLogger.Instance
            )
            {
                Opened = dependency == Dependency.Queue ? () => { } : StandDown,
            }
        );
        _lines = Array.ConvertAll(_guards, guard => new Line(guard.Breaker.Turns));
    }

    internal int HighestInHand { get; private set; }

    private DependencyGuard this[Dependency dependency] => _guards[(int)dependency];

    internal async Task RunAsync()
    {
        await _world.Time.Delay(TimeSpan.FromSeconds(60 * _world.Random.NextDouble()));
        for (int failures = 0; ; )
        {
            int room = await ReserveAsync();
            await _world.Time.Delay(CallTime * _world.Jitter());
            List<(int Id, int Receipt, int Count)> got = [];
            try
            {
                got = _world.Queue.Receive(room);
                failures = 0;
                this[Dependency.Queue].Answered();
            }
            catch (TransientException e)
            {
                this[Dependency.Queue].Failed(e.Message);
                _readAhead.Return(room);
                await _world.Time.Delay(Backoff.Standard.DelayOf(failures++));
                continue;
            }

            _readAhead.Return(room - got.Count);
            got.ForEach(message => _ = HandleAsync(new Held(message.Id, message.Receipt, message.Count)));
            if (got.Count == 0)
            {
                await _world.Queue.WaitAsync();
            }
        }
    }

    private async Task<int> ReserveAsync()
    {
        while (true)
        {
            int room = await _readAhead.TakeAsync(IMessageQueue.BatchLimit, CancellationToken.None);
            int admitted = _guards.Aggregate(room, (wanted, guard) => Math.Min(wanted, guard.Breaker.Admit(wanted)));
            _readAhead.Return(room - admitted);
            if (admitted > 0)
            {
                return admitted;
            }

            await _world.Time.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task HandleAsync(Held message)
    {
        TimeSpan start = _world.Time.Now;
        _held.Add(message);
        HighestInHand = Math.Max(HighestInHand, _held.Count);
        Outcome outcome;
        while (true)
        {
            var began = _guards.Select(guard => guard.Breaker.Now).ToArray();
            (outcome, Suspicion? suspicion) = await TryAsync(message);
            if (!IsOurs(message) || suspicion is null)
            {
                break;
            }

            Verdict verdict = await JudgeAsync(message, outcome, suspicion, began[(int)suspicion.Dependency]);
            if (verdict != Verdict.Again)
            {
                outcome = verdict == Verdict.Later ? Outcome.Transient : outcome;
                break;
            }
        }

        await SettleAsync(message, outcome);
        _world.LongestHandling = Max(_world.LongestHandling, _world.Time.Now - start);
        Begin(message);
        _held.Remove(message);
        _readAhead.Settled();
    }

    private async Task<(Outcome, Suspicion?)> TryAsync(Held message)
    {
        try
        {
            _ = await this[Dependency.Store].CallAsync("bucket", _ => FetchAsync(), CancellationToken.None);
        }
        catch (ReadException e)
        {
            return (e.Outcome, new Suspicion(Dependency.Store, "Odd", "bucket"));
        }
        catch (TransientException)
        {
            return (Outcome.Transient, new Suspicion(Dependency.Store, "unavailable", "bucket"));
        }

        await ReadAsync(message);
        return message.HasStoodDown ? (Outcome.Cancelled, null) : await IndexAsync();
    }

    private async Task<bool> FetchAsync()
    {
        await _world.Time.Delay(CallTime * _world.Jitter());
        _world.Store.Called();
        return _world.Store.Condition switch
        {
            Condition.Down => throw new TransientException(Dependency.Store, "503"),
            Condition.Refuses => throw new ReadException(Outcome.AccessDenied, "odd"),
            _ => true,
        };
    }

    private async Task ReadAsync(Held message)
    {
        if (_freeEngines == 0)
        {
            var turn = new TaskCompletionSource();
            _forEngine.Enqueue(turn);
            await turn.Task;
        }
        else
        {
            _freeEngines--;
        }

        if (!message.HasStoodDown && IsOurs(message))
        {
            Begin(message);
            // The times of files are as far apart as those of pages of little and of much text.
            TimeSpan time = SimulatedWorld.MeanReadTime * -Math.Log(1 - _world.Random.NextDouble());
            await _world.Time.Delay(time);
            _readAhead.Learn(time);
        }

        if (_forEngine.TryDequeue(out TaskCompletionSource? next))
        {
            next.SetResult();
        }
        else
        {
            _freeEngines++;
        }
    }

    private void Begin(Held message)
    {
        if (!message.HasBegun)
        {
            message.HasBegun = true;
            _readAhead.Begun(0);
        }
    }

    private async Task<(Outcome, Suspicion?)> IndexAsync()
    {
        TimeSpan start = _world.Time.Now;
        for (int retry = 0; ; retry++)
        {
            Outcome outcome = await SendAsync();
            if (outcome == Outcome.IndexRefused)
            {
                return (outcome, new Suspicion(Dependency.Index, "odd"));
            }

            TimeSpan left = IndexPatience - (_world.Time.Now - start);
            if (outcome == Outcome.Ok)
            {
                return (outcome, null);
            }

            TimeSpan delay = Backoff.Standard.DelayOf(retry);
            bool isOpen = this[Dependency.Index].Breaker.IsOpen;
            if (
                left <= TimeSpan.Zero
                || (!isOpen && delay >= left)
                || (isOpen && !await TurnAsync(Dependency.Index, left))
            )
            {
                return (Outcome.Transient, new Suspicion(Dependency.Index, "unavailable"));
            }

            await _world.Time.Delay(isOpen ? TimeSpan.Zero : delay);
        }
    }

    private Task<Outcome> SendAsync()
    {
        var mine = new TaskCompletionSource<Outcome>();
        _batch.Add(mine);
        List<TaskCompletionSource<Outcome>> batch = _batch;
        if (batch.Count == 1)
        {
            _world.Time.After(TimeSpan.FromSeconds(1), () => _ = FlushAsync(batch));
        }
        else if (batch.Count == BulkDocuments)
        {
            _ = FlushAsync(batch);
        }

        return mine.Task;
    }

    private async Task FlushAsync(List<TaskCompletionSource<Outcome>> batch)
    {
        if (batch != _batch)
        {
            return; // it was full before its time
        }

        _batch = [];
        await _world.Time.Delay(CallTime * _world.Jitter());
        _world.Index.Called();
        Outcome outcome = Outcome.Ok;
        switch (_world.Index.Condition)
        {
            case Condition.Down:
                this[Dependency.Index].Failed("503");
                outcome = Outcome.Transient;
                break;
            case Condition.Refuses:
                this[Dependency.Index].Answered();
                outcome = Outcome.IndexRefused;
                break;
            default:
                this[Dependency.Index].Succeeded();
                break;
        }

        batch.ForEach(document => document.SetResult(outcome));
    }

    // FaultJudge.JudgeAsync
    private async Task<Verdict> JudgeAsync(Held message, Outcome outcome, Suspicion suspicion, long began)
    {
        DependencyGuard guard = this[suspicion.Dependency];
        Begin(message);
        string file = $"{message.Id}";
        guard.Suspected(file, suspicion, reason: null, began);
        if (!guard.Breaker.IsOpen && OutcomePolicy.DispositionOf(outcome) == Disposition.Fail)
        {
            await AwaitEvidenceAsync(guard, file, suspicion);
            await AwaitFleetAsync(guard, file, suspicion);
        }

        if (!guard.Breaker.IsOpen)
        {
            return Verdict.Final;
        }

        if (!guard.Breaker.TryHold(mustStay: message.Count >= MostReceives))
        {
            return Verdict.Later;
        }

        await TurnAsync(suspicion.Dependency, Timeout.InfiniteTimeSpan);
        guard.Breaker.Release();
        return Verdict.Again;
    }

    private async Task SettleAsync(Held message, Outcome outcome)
    {
        Disposition disposition = OutcomePolicy.DispositionOf(outcome);
        TimeSpan delay = MessageHandler.BetweenReceives.DelayOf(message.Count - 1);
        if (disposition == Disposition.Fail)
        {
            _world.Queue.DeadLetter(message.Id, message.Receipt);
        }

        // MessageAcker's retries; what cannot be told comes back by itself.
        for (int retry = 0; retry <= 5; retry++)
        {
            bool isTold = disposition is Disposition.Settle or Disposition.Fail
                ? _world.Queue.TryDelete(message.Id, message.Receipt)
                : _world.Queue.TryRelease(message.Id, message.Receipt, delay);
            if (isTold)
            {
                return;
            }

            await _world.Time.Delay(Backoff.Standard.DelayOf(retry));
        }

        _world.Queue.Abandon(message.Id, message.Receipt);
    }

    private void StandDown()
    {
        foreach (Held message in _held)
        {
            message.HasStoodDown |= !message.HasBegun && message.Count < MostReceives;
        }
    }

    private bool IsOurs(Held message) => _world.Queue.IsHeld(message.Id, message.Receipt);

    private async Task<bool> TurnAsync(Dependency dependency, TimeSpan patience)
    {
        var mine = new TaskCompletionSource<bool>();
        _lines[(int)dependency].Add(mine);
        if (patience >= TimeSpan.Zero)
        {
            _world.Time.After(patience, () => mine.TrySetResult(false));
        }

        return await mine.Task;
    }

    // FaultJudge.AwaitEvidenceAsync
    private async Task AwaitEvidenceAsync(DependencyGuard guard, string file, Suspicion suspicion)
    {
        CircuitBreaker breaker = guard.Breaker;
        bool IsUndecided() => !breaker.IsOpen && breaker.Suspects(file, suspicion);
        await WaitWhileAsync(breaker, IsUndecided, EvidenceTime);
        await WaitWhileAsync(breaker, () => IsUndecided() && breaker.IsPending, PendingTime);
        if (IsUndecided() && breaker.IsPending)
        {
            guard.WaitNoLonger();
        }
    }

    // FaultJudge.AwaitFleetAsync
    private async Task AwaitFleetAsync(DependencyGuard guard, string file, Suspicion suspicion)
    {
        CircuitBreaker breaker = guard.Breaker;
        bool IsUndecided() => !breaker.IsOpen && breaker.Suspects(file, suspicion);
        TimeSpan start = _world.Time.Now;
        while (IsUndecided() && _world.Queue.CountInFlight() >= FilesInRow)
        {
            if (_world.Time.Now - start >= FleetTime)
            {
                guard.FleetFails(suspicion, reason: null);
                return;
            }

            await WaitWhileAsync(breaker, IsUndecided, FleetStep);
        }
    }

    private async Task WaitWhileAsync(CircuitBreaker breaker, Func<bool> condition, TimeSpan atMost)
    {
        TimeSpan end = _world.Time.Now + atMost;
        while (condition() && _world.Time.Now < end)
        {
            await FirstAsync(breaker.News, end - _world.Time.Now);
        }
    }

    private Task FirstAsync(Task news, TimeSpan limit)
    {
        var first = new TaskCompletionSource();
        news.GetAwaiter().OnCompleted(() => first.TrySetResult());
        _world.Time.After(limit, () => first.TrySetResult());
        return first.Task;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private sealed class Held(int id, int receipt, int count)
    {
        internal int Id => id;
        internal int Receipt => receipt;
        internal int Count => count;
        internal bool HasBegun { get; set; }
        internal bool HasStoodDown { get; set; }
    }

    /// <summary>
    /// Those who wait for the real line's turns. Its own waiting can only be given up through a thread, so who gives up
    /// here leaves his place to the next.
    /// </summary>
    private sealed class Line(TurnLine turns)
    {
        private readonly Queue<TaskCompletionSource<bool>> _waiting = new();

        internal void Add(TaskCompletionSource<bool> one)
        {
            _waiting.Enqueue(one);
            _ = PassAsync();
        }

        private async Task PassAsync()
        {
            await turns.WaitAsync(CancellationToken.None);
            while (_waiting.TryDequeue(out TaskCompletionSource<bool>? next) && !next.TrySetResult(true)) { }
        }
    }
}

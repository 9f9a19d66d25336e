using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Cis.Worker.Tests.Support;
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
/// A worker of which the decisions are the real ones, and what they are about is made up. Real: the judge of faults with its
/// guards, their retries and budgets, breakers, pattern and turns; the read-ahead and its bound; the delays between
/// receives; the table of outcomes. Modeled: the order in which <c>MessageHandler</c> and <c>BulkIndexer</c> ask them, for
/// those need engines and threads; renewals, which always succeed while the queue is up.
/// </summary>
internal sealed class SimulatedWorker : IDisposable
{
    private const string Bucket = "bucket";
    private const int BulkDocuments = 100;
    private const int MaxReceives = 2; // as MessageInFlight has it
    private const int ReceivesAllowed = 3; // by the queue
    private static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(30);
    private static readonly WorkerOptions Options = new();

    private readonly SimulatedWorld _world;
    private readonly ReadAhead _readAhead = new(SimulatedWorld.Engines);
    private readonly FaultJudge _judge;
    private readonly HashSet<Held> _held = [];
    private readonly Queue<TaskCompletionSource> _forEngine = new();
    private List<TaskCompletionSource<Outcome>> _batch = [];
    private int _freeEngines = SimulatedWorld.Engines;

    internal SimulatedWorker(SimulatedWorld world)
    {
        _world = world;
        _judge = new FaultJudge(
            new SimulatedPort(world.Queue),
            new FakeStore(),
            Options,
            world.Time,
            new WorkerMetrics(),
            NullLogger.Instance,
            CancellationToken.None
        );
        FollowOutages();
    }

    internal int HighestInFlight { get; private set; }

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
                _judge[Dependency.Queue].Answered();
            }
            catch (TransientException e)
            {
                _judge[Dependency.Queue].Failed(e.Message);
                _readAhead.Return(room);
                await _world.Time.Delay(Backoff.Standard.DelayOf(failures++));
                continue;
            }

            _readAhead.Return(room - got.Count);
            got.ForEach(message => _ = HandleAsync(new Held(message.Id, message.Receipt, message.Count, _readAhead)));
            if (got.Count == 0)
            {
                await _world.Queue.WaitAsync();
            }
        }
    }

    public void Dispose() => _judge.Dispose();

    private async Task<int> ReserveAsync()
    {
        while (true)
        {
            int room = await _readAhead.TakeAsync(IMessageQueue.BatchLimit, CancellationToken.None);
            int admitted = _judge.Breakers.Aggregate(
                room,
                (wanted, breaker) => Math.Min(wanted, breaker.Admit(wanted))
            );
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
        TimeSpan receivedAt = _world.Time.Now;
        _held.Add(message);
        HighestInFlight = Math.Max(HighestInFlight, _held.Count);
        Outcome outcome;
        while (true)
        {
            TryStart start = _judge.BeginTry();
            FileResult result = await TryAsync(message);
            outcome = result.Outcome;
            Verdict verdict = IsOurs(message)
                ? await _judge.JudgeAsync(result, $"{message.Id}", message, start)
                : Verdict.Final;
            if (verdict != Verdict.Again)
            {
                outcome = verdict == Verdict.Later ? Outcome.Transient : outcome;
                break;
            }
        }

        await SettleAsync(message, outcome);
        _world.LongestHandling = Max(_world.LongestHandling, _world.Time.Now - receivedAt);
        message.Begin();
        _held.Remove(message);
        _readAhead.Settled();
    }

    private async Task<FileResult> TryAsync(Held message)
    {
        try
        {
            _ = await _judge[Dependency.Store].CallAsync(Bucket, _ => FetchAsync(), CancellationToken.None);
            _judge.Fetched(Bucket);
        }
        catch (ReadException e)
        {
            return new FileResult(e.Outcome) { Suspicion = await _judge.OfObjectAsync(Bucket, "Odd") };
        }
        catch (TransientException)
        {
            return new FileResult(Outcome.Transient) { Suspicion = await _judge.OfObjectAsync(Bucket, "unavailable") };
        }

        await ReadAsync(message);
        return message.HasStoodDown ? new FileResult(Outcome.Cancelled) : await IndexAsync();
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
            message.Begin();
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

    private async Task<FileResult> IndexAsync()
    {
        TimeSpan start = _world.Time.Now;
        for (int retry = 0; ; retry++)
        {
            Outcome outcome = await SendAsync();
            if (outcome == Outcome.IndexRefused)
            {
                return new FileResult(outcome) { Suspicion = new(Dependency.Index, "odd") };
            }

            TimeSpan left = Options.IndexTimeout - (_world.Time.Now - start);
            if (outcome == Outcome.Ok)
            {
                return new FileResult(outcome);
            }

            TimeSpan delay = Backoff.Standard.DelayOf(retry);
            bool isOpen = _judge[Dependency.Index].Breaker.IsOpen;
            if (left <= TimeSpan.Zero || (!isOpen && delay >= left) || (isOpen && !await TurnAsync(left)))
            {
                return new FileResult(Outcome.Transient) { Suspicion = new(Dependency.Index, "unavailable") };
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
                _judge[Dependency.Index].Failed("503");
                outcome = Outcome.Transient;
                break;
            case Condition.Refuses:
                _judge[Dependency.Index].Answered();
                outcome = Outcome.IndexRefused;
                break;
            default:
                _judge[Dependency.Index].Succeeded();
                break;
        }

        batch.ForEach(document => document.SetResult(outcome));
    }

    private async Task SettleAsync(Held message, Outcome outcome)
    {
        Disposition disposition = OutcomePolicy.DispositionOf(outcome);
        TimeSpan delay = Backoff.BetweenReceives.DelayOf(message.Count - 1);
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

    // As each message does for itself: those that no engine has begun go back when something is found to be down.
    private void FollowOutages() =>
        _judge.StoodDown.UnsafeRegister(
            _ =>
            {
                foreach (Held message in _held)
                {
                    message.StandDown();
                }

                FollowOutages();
            },
            state: null
        );

    private bool IsOurs(Held message) => _world.Queue.IsHeld(message.Id, message.Receipt);

    // BulkIndexer.WaitAsync
    private async Task<bool> TurnAsync(TimeSpan left)
    {
        using var end = new CancellationTokenSource(left, _world.Time);
        try
        {
            await _judge[Dependency.Index].Breaker.Turns.WaitAsync(end.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private sealed class Held(int id, int receipt, int count, ReadAhead readAhead) : IJudgedMessage
    {
        private bool _hasBegun;

        public bool MayGoBack => count < MaxReceives;

        public bool MustStay => count >= ReceivesAllowed;

        // A drain or a loss ends it, which there is none of here.
        public CancellationToken Stopped => CancellationToken.None;

        internal int Id => id;
        internal int Receipt => receipt;
        internal int Count => count;
        internal bool HasStoodDown { get; private set; }

        public void Begin()
        {
            if (!_hasBegun)
            {
                _hasBegun = true;
                readAhead.Begun(0);
            }
        }

        public void Keep() { }

        internal void StandDown() => HasStoodDown |= !_hasBegun && MayGoBack;
    }

    /// <summary>The queue as the judge asks it.</summary>
    private sealed class SimulatedPort(SimulatedQueue queue) : IMessageQueue
    {
        public Task<int> CountInFlightAsync(CancellationToken cancellationToken) =>
            queue.IsDown
                ? Task.FromException<int>(new TransientException(Dependency.Queue, "503"))
                : Task.FromResult(queue.InFlight);

        public Task<IReadOnlyList<QueueMessage>> ReceiveAsync(
            int max,
            TimeSpan wait,
            TimeSpan visibility,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<IReadOnlyList<EntryResult>> ChangeVisibilityAsync(
            IReadOnlyList<VisibilityChange> changes,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<IReadOnlyList<EntryResult>> DeleteAsync(
            IReadOnlyList<string> receipts,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<bool> DeadLetterAsync(
            QueueMessage message,
            Outcome outcome,
            string reason,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}

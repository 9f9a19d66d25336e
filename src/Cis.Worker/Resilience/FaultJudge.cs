using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Resilience;

/// <summary>What happens to a message whose file failed.</summary>
internal enum Verdict
{
    /// <summary>The failure stands: it is the file's own.</summary>
    Final,

    /// <summary>The file is tried again now: it was not at fault, or it is its turn to find out.</summary>
    Again,

    /// <summary>The file was not at fault: its message is returned to the queue.</summary>
    Later,

    /// <summary>Likewise, for as long as it may take to find one that fares better.</summary>
    MuchLater,
}

/// <summary>When an attempt at a message started, as numbers of each dependency's calls.</summary>
/// <param name="numbers">By dependency.</param>
/// <param name="count">How many tries it is, those before other receives included.</param>
internal readonly struct TryStart(long[] numbers, int count)
{
    /// <summary>How many tries it is.</summary>
    internal int Count => count;

    /// <summary>The number that one dependency had reached.</summary>
    internal long At(Dependency dependency) => numbers[(int)dependency];
}

/// <summary>
/// Decides from evidence whose fault a failure is: the file's, or that of what the worker depends on. Until that is
/// known, messages are kept in flight, where no receive counts against them: nothing that the environment does wrong sends
/// more of them to the dead letters than are set.
/// </summary>
internal sealed class FaultJudge : IDisposable
{
    // The store's faults are short, or long enough to be tried again by a later receive; 1, 2 and 4 seconds.
    private static readonly RetryLimits StoreRetries = new(Backoff.Standard, MaxRetries: 3, TimeSpan.FromMinutes(1));
    private static readonly RetryLimits NoRetries = StoreRetries with { MaxRetries = 0 };

    // Of a burst, the others fail or succeed within this; of a trickle, each is on its own.
    private static readonly TimeSpan EvidenceTime = TimeSpan.FromSeconds(5);

    // What had begun when files enough had failed alike is waited for so long. Large downloads take longer, but hardly all.
    private static readonly TimeSpan PendingTime = TimeSpan.FromSeconds(30);

    // While others in the fleet hold as many, they may be waiting for the same: asked so often, and for so long in quiet.
    private static readonly TimeSpan FleetStep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FleetTime = TimeSpan.FromMinutes(5);

    // What notifications call buckets comes from outside.
    private const int MaxBuckets = 1000;

    private readonly IMessageQueue _queue;
    private readonly IObjectStore _store;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkerMetrics _metrics;
    private readonly CancellationToken _draining;
    private readonly DependencyGuard[] _guards;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _goodBuckets = new(StringComparer.Ordinal);
    private CancellationTokenSource _standDown = new();
    private volatile bool _hasUnderstood;
    private volatile bool _hasFetched;

    internal FaultJudge(
        IMessageQueue queue,
        IObjectStore store,
        WorkerOptions options,
        TimeProvider time,
        WorkerMetrics metrics,
        ILogger logger,
        CancellationToken draining
    )
    {
        _queue = queue;
        _store = store;
        _options = options;
        _time = time;
        _metrics = metrics;
        _draining = draining;
        _guards = Array.ConvertAll(
            Enum.GetValues<Dependency>(),
            dependency => new DependencyGuard(
                dependency,
                dependency == Dependency.Store ? StoreRetries : NoRetries,
                options.FailuresInRow,
                time,
                metrics,
                logger
            )
            {
                // A queue that does not answer does not take anything back either.
                Opened = dependency == Dependency.Queue ? () => { } : () => StandDown(dependency),
            }
        );
    }

    /// <summary>Whether nothing new may be started.</summary>
    internal bool IsDraining => _draining.IsCancellationRequested;

    /// <summary>The guard of a dependency.</summary>
    internal DependencyGuard this[Dependency dependency] => _guards[(int)dependency];

    /// <summary>The circuit breakers, open while a dependency is down.</summary>
    internal IEnumerable<CircuitBreaker> Breakers => _guards.Select(guard => guard.Breaker);

    /// <summary>Cancelled when a dependency turns out to be down: messages that no engine has started are then returned to the queue.</summary>
    internal CancellationToken StoodDown
    {
        get
        {
            lock (_gate)
            {
                return _standDown.Token;
            }
        }
    }

    /// <summary>Records that a message was understood, so the queue is the right one.</summary>
    internal void Understood()
    {
        _hasUnderstood = true;
        this[Dependency.Queue].Succeeded();
    }

    /// <summary>What else may be at fault for a message of an unknown form.</summary>
    /// <param name="code">What was missing, if that is for certain a setting.</param>
    internal Suspicion? OfMessage(string? code) =>
        code is not null ? new(Dependency.Queue, code)
        // Of a queue that had notifications in it, a strange message is the sender's fault.
        : _hasUnderstood ? null
        : new(Dependency.Queue, "bad-message");

    /// <summary>Records that an object was read from a bucket.</summary>
    internal void Fetched(string bucket)
    {
        if (!_hasFetched)
        {
            _hasFetched = true;
            this[Dependency.Store].Proven();
        }

        lock (_gate)
        {
            if (_goodBuckets.Count < MaxBuckets)
            {
                _goodBuckets.Add(bucket);
            }
        }
    }

    /// <summary>What else may be at fault for an object that cannot be read.</summary>
    /// <param name="bucket">Its bucket: one that only a message names, and that never gave anything, is the message's.</param>
    /// <param name="code">The store's; null where the fault is the object's for certain.</param>
    internal async Task<Suspicion?> OfObjectAsync(string bucket, string? code) =>
        code is null ? null
        : IsOurs(bucket) ? OfBucket(bucket, code)
        : await OfStoreAsync(code, BucketState.Listed);

    /// <summary>Who else could be at fault where a bucket cannot be read from: not who names one that has given files.</summary>
    /// <param name="bucket">One that only messages name.</param>
    /// <param name="code">The store's.</param>
    internal async Task<Suspicion?> OfBucketAsync(string bucket, string code) =>
        HasGiven(bucket) ? OfBucket(bucket, code) : await OfStoreAsync(code, BucketState.Denied);

    /// <summary>The present, as numbers of each dependency's calls, for <see cref="JudgeAsync"/>.</summary>
    /// <param name="count">How many tries it is.</param>
    internal TryStart BeginTry(int count = 1) => new(Array.ConvertAll(_guards, guard => guard.Breaker.Now), count);

    /// <summary>Judges a failure, waiting for evidence if necessary.</summary>
    /// <param name="result">How a message ended.</param>
    /// <param name="file">What its file is known by.</param>
    /// <param name="message">The message.</param>
    /// <param name="start">When this try of it began.</param>
    internal async Task<Verdict> JudgeAsync(FileResult result, string file, IJudgedMessage message, TryStart start)
    {
        message.Begin();
        return result.Suspicion is { } suspicion
            ? await WeighAsync(result, suspicion, file, message, start)
            : await KeepIfItMustStayAsync(result, message, start);
    }

    private async Task<Verdict> WeighAsync(
        FileResult result,
        Suspicion suspicion,
        string file,
        IJudgedMessage message,
        TryStart start
    )
    {
        DependencyGuard guard = this[suspicion.Dependency];
        guard.Suspected(file, suspicion, result.Reason, start.At(suspicion.Dependency));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_draining, message.Stopped);
        bool isFinal = OutcomePolicy.DispositionOf(result.Outcome) == Disposition.Fail;
        try
        {
            if (!guard.Breaker.IsOpen && isFinal)
            {
                await AwaitEvidenceAsync(guard, file, suspicion, end.Token);
                await AwaitFleetAsync(guard, file, suspicion, result.Reason, end.Token);
            }

            if (guard.Breaker.IsOpen)
            {
                return await HoldAsync(guard.Breaker, message, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return Verdict.Later;
        }

        return await KeepIfItMustStayAsync(result, message, start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_guards, guard => guard.Dispose());
        _standDown.Dispose();
    }

    private bool IsOurs(string bucket) => _options.DefaultBucket is not { } set || set == bucket || HasGiven(bucket);

    private Suspicion OfBucket(string bucket, string code) =>
        new(Dependency.Store, code, bucket) { IsNamedByMessage = bucket != _options.DefaultBucket };

    private bool HasGiven(string bucket)
    {
        lock (_gate)
        {
            return _goodBuckets.Contains(bucket);
        }
    }

    /// <summary>
    /// Suspects the whole store until it has given a file, or shows the bucket that is set: with another endpoint, other
    /// credentials, it would say the same of every bucket that a message names.
    /// </summary>
    private async Task<Suspicion?> OfStoreAsync(string code, BucketState proof)
    {
        if (!_hasFetched && await LookAtOursAsync() < proof)
        {
            return new(Dependency.Store, code) { IsNamedByMessage = true };
        }

        return null;
    }

    private async Task<BucketState> LookAtOursAsync() =>
        _options.DefaultBucket is { } set ? await _store.LookAsync(set, _draining) : BucketState.Unknown;

    /// <summary>Waits until the fault is clear, or the message is one of the few that may fail without evidence.</summary>
    private async Task AwaitEvidenceAsync(
        DependencyGuard guard,
        string file,
        Suspicion suspicion,
        CancellationToken cancellationToken
    )
    {
        CircuitBreaker breaker = guard.Breaker;
        bool IsUndecided() => !breaker.IsOpen && breaker.Suspects(file, suspicion);
        await breaker.News.WaitWhileAsync(IsUndecided, EvidenceTime, cancellationToken);
        await breaker.News.WaitWhileAsync(() => IsUndecided() && breaker.IsPending, PendingTime, cancellationToken);
        if (IsUndecided() && breaker.IsPending)
        {
            guard.WaitNoLonger();
        }
    }

    /// <summary>
    /// Waits while so many messages of the queue are in flight that this one may be one of many, of which each worker sees
    /// too few for a pattern. Where they share an outage none of them succeeds, and after a while it is taken to be one.
    /// </summary>
    private async Task AwaitFleetAsync(
        DependencyGuard guard,
        string file,
        Suspicion suspicion,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        CircuitBreaker breaker = guard.Breaker;
        bool IsUndecided() => !breaker.IsOpen && breaker.Suspects(file, suspicion);
        long start = _time.GetTimestamp();
        while (IsUndecided() && await CountInFlightAsync(cancellationToken) >= _options.FailuresInRow)
        {
            if (_time.GetElapsedTime(start) >= FleetTime)
            {
                guard.FleetFails(suspicion, reason);
                return;
            }

            await breaker.News.WaitWhileAsync(IsUndecided, FleetStep, cancellationToken);
        }
    }

    // Where the queue cannot tell, a worker goes by what it sees itself.
    private async Task<int> CountInFlightAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _queue.CountInFlightAsync(cancellationToken);
        }
        catch (TransientException)
        {
            return 0;
        }
    }

    private async Task<Verdict> HoldAsync(
        CircuitBreaker breaker,
        IJudgedMessage message,
        CancellationToken cancellationToken
    )
    {
        if (!breaker.TryHold(mustStay: !message.MayGoBack))
        {
            return breaker.IsSearching ? Verdict.MuchLater : Verdict.Later;
        }

        if (breaker.IsSearching)
        {
            message.Keep();
        }

        _metrics.Held(1);
        try
        {
            await breaker.Turns.WaitAsync(cancellationToken);
            return Verdict.Again;
        }
        finally
        {
            _metrics.Held(-1);
            breaker.Release();
        }
    }

    // It would be returned to the queue for as long, had it a receive left.
    private async Task<Verdict> KeepIfItMustStayAsync(FileResult result, IJudgedMessage message, TryStart start)
    {
        if (!message.MustStay || OutcomePolicy.DispositionOf(result.Outcome) != Disposition.Retry)
        {
            return Verdict.Final;
        }

        message.Keep();
        _metrics.Held(1);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_draining, message.Stopped);
        try
        {
            await Task.Delay(Backoff.BetweenReceives.DelayOf(start.Count - 1), _time, end.Token);
            return Verdict.Again;
        }
        catch (OperationCanceledException)
        {
            return Verdict.Later;
        }
        finally
        {
            _metrics.Held(-1);
        }
    }

    private void StandDown(Dependency dependency)
    {
        // Where some fare better, all are tried.
        if (!this[dependency].Breaker.IsSearching)
        {
            StandDownAll();
        }
    }

    private void StandDownAll()
    {
        CancellationTokenSource before;
        lock (_gate)
        {
            before = _standDown;
            _standDown = new CancellationTokenSource();
        }

        // Whoever found out has a file of his own to end.
        _ = ElsewhereAsync(before.Cancel);
    }

    private static async Task ElsewhereAsync(Action act)
    {
        await Task.Yield();
        act();
    }
}

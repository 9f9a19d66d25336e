namespace Cis.Worker.Tests.Simulation;

/// <summary>
/// A clock that jumps from one event to the next, and the one thread that everything runs on: what is awaited goes on
/// through its queue, so that a run is the same each time and an hour takes as long as what happens in it.
/// </summary>
internal sealed class SimulatedTime : TimeProvider
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly Turns _turns = new();
    private long _now;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    internal TimeSpan Now => TimeSpan.FromTicks(_now);

    /// <summary>How far the time of day is off.</summary>
    internal TimeSpan Off { get; set; }

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now) + Off;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    internal void After(TimeSpan delay, Action action) =>
        _events.Enqueue(action, (_now + Math.Max(0, delay.Ticks), _order++));

    internal Task Delay(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        After(delay, done.SetResult);
        return done.Task;
    }

    /// <summary>Starts something and runs all that comes of it.</summary>
    /// <param name="start">Starts it.</param>
    /// <param name="isOver">Whether there is nothing more to see.</param>
    /// <param name="limit">The latest time.</param>
    internal void Run(Action start, Func<bool> isOver, TimeSpan limit)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_turns);
        try
        {
            start();
            _turns.RunAll();
            while (
                !isOver() && _events.TryDequeue(out Action? next, out (long At, long Order) key) && key.At < limit.Ticks
            )
            {
                _now = key.At;
                next();
                _turns.RunAll();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        internal void RunAll()
        {
            while (_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
            {
                next.Callback(next.State);
            }
        }
    }

    private sealed class Timer(SimulatedTime time, Action callback) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int version = ++_version;
            if (dueTime >= TimeSpan.Zero)
            {
                time.After(
                    dueTime,
                    () =>
                    {
                        if (version == _version)
                        {
                            callback();
                        }
                    }
                );
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}

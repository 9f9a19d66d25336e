using Cis.Worker.Ports;

namespace Cis.Worker.Tests.Simulation;

/// <summary>
/// A standard queue of SQS: hidden while in flight, counted at each receive, moved away by its redrive policy, and no more
/// than 120,000 in flight. All messages were sent at the start.
/// </summary>
internal sealed class SimulatedQueue
{
    internal const int MaxInFlight = 120_000;
    internal static readonly TimeSpan Visibility = TimeSpan.FromSeconds(60);

    private readonly SimulatedTime _time;
    private readonly int _maxReceives;
    private readonly Queue<int> _visible;
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly byte[] _receives;
    private readonly int[] _receipts;
    private readonly bool[] _isDone;
    private readonly HashSet<int> _owned = [];

    internal SimulatedQueue(int messages, int maxReceives, SimulatedTime time)
    {
        _time = time;
        _maxReceives = maxReceives;
        _visible = new Queue<int>(Enumerable.Range(0, messages));
        _receives = new byte[messages];
        _receipts = new int[messages];
        _isDone = new bool[messages];
        Left = messages;
    }

    internal bool IsDown { get; private set; }

    /// <summary>Neither deleted nor dead.</summary>
    internal int Left { get; private set; }

    internal int InFlight { get; private set; }

    internal int HighestInFlight { get; private set; }

    internal int OverLimit { get; private set; }

    internal int Deleted { get; private set; }

    internal int DeadByRedrive { get; private set; }

    internal int DeadByWorker { get; private set; }

    internal int HighestReceives { get; private set; }

    internal bool IsHeld(int id, int receipt) => _receipts[id] == receipt;

    internal List<(int Id, int Receipt, int Count)> Receive(int max)
    {
        if (IsDown)
        {
            throw new TransientException(Dependency.Queue, "503");
        }

        var got = new List<(int, int, int)>();
        while (got.Count < max && _visible.TryPeek(out int id))
        {
            if (InFlight >= MaxInFlight)
            {
                OverLimit++;
                return got.Count > 0 ? got : throw new TransientException(Dependency.Queue, "OverLimit");
            }

            _visible.Dequeue();
            if (_receives[id] >= _maxReceives)
            {
                DeadByRedrive++;
                End(id);
                continue;
            }

            HighestReceives = Math.Max(HighestReceives, ++_receives[id]);
            HighestInFlight = Math.Max(HighestInFlight, ++InFlight);
            _owned.Add(id);
            got.Add((id, ++_receipts[id], _receives[id]));
        }

        return got;
    }

    /// <summary>A long poll: until something is there, or 20 seconds.</summary>
    internal Task WaitAsync()
    {
        var woken = new TaskCompletionSource();
        _waiting.Enqueue(woken);
        _time.After(TimeSpan.FromSeconds(20), () => woken.TrySetResult());
        return woken.Task;
    }

    internal bool TryDelete(int id, int receipt)
    {
        if (!IsDown && IsHeld(id, receipt))
        {
            Deleted++;
            InFlight--;
            _owned.Remove(id);
            End(id);
        }

        return !IsDown;
    }

    internal void DeadLetter(int id, int receipt)
    {
        if (IsHeld(id, receipt) && !_isDone[id])
        {
            DeadByWorker++;
            Deleted--; // what follows
        }
    }

    internal bool TryRelease(int id, int receipt, TimeSpan delay)
    {
        if (!IsDown && IsHeld(id, receipt))
        {
            _owned.Remove(id);
            _time.After(delay, () => Show(id, receipt));
        }

        return !IsDown;
    }

    /// <summary>Nobody renews it any more.</summary>
    internal void Abandon(int id, int receipt)
    {
        if (_owned.Remove(id))
        {
            _time.After(Visibility, () => Show(id, receipt));
        }
    }

    internal void GoDown()
    {
        IsDown = true;
        // Nothing is renewed; those renewed last are hidden for the longest.
        foreach (int id in _owned)
        {
            int receipt = _receipts[id];
            _time.After(Visibility * (0.5 + 0.5 * (id % 100) / 100.0), () => Lapse(id, receipt));
        }
    }

    internal void GoUp() => IsDown = false;

    private void Lapse(int id, int receipt)
    {
        if (IsDown && _owned.Contains(id))
        {
            _owned.Remove(id);
            Show(id, receipt);
        }
    }

    private void Show(int id, int receipt)
    {
        if (!IsHeld(id, receipt) || _isDone[id])
        {
            return;
        }

        _receipts[id]++;
        InFlight--;
        _visible.Enqueue(id);
        while (_waiting.TryDequeue(out TaskCompletionSource? woken) && !woken.TrySetResult()) { }
    }

    private void End(int id)
    {
        _isDone[id] = true;
        Left--;
    }
}

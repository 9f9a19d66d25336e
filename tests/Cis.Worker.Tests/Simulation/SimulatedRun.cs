using System.Diagnostics;
using System.Globalization;

namespace Cis.Worker.Tests.Simulation;

/// <summary>Which of the three.</summary>
internal enum Service
{
    Queue,
    Store,
    Index,
}

/// <summary>An outage.</summary>
internal sealed record Fault(Service Service, Condition Condition, TimeSpan Start, TimeSpan Length)
{
    internal TimeSpan End => Start + Length;
}

/// <summary>Workers, messages and faults, run on a clock of their own.</summary>
internal sealed class SimulatedRun
{
    private readonly SimulatedTime _time = new();
    private readonly SimulatedWorld _world;
    private readonly SimulatedWorker[] _workers;
    private readonly List<int> _deletedBySecond = [];

    internal SimulatedRun(int workers, int messages, int seed = 1)
    {
        _world = new SimulatedWorld(
            _time,
            new SimulatedQueue(messages, maxReceives: 3, _time),
            new SimulatedService(_time),
            new SimulatedService(_time),
            new Random(seed)
        );
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new SimulatedWorker(_world))];
        Messages = messages;
    }

    internal int Messages { get; }

    internal SimulatedQueue Queue => _world.Queue;

    internal int Dead => Queue.DeadByRedrive + Queue.DeadByWorker;

    internal TimeSpan Ended => _time.Now;

    internal TimeSpan RealTime { get; private set; }

    internal int HighestOfOneWorker => _workers.Max(worker => worker.HighestInFlight);

    internal TimeSpan LongestHandling => _world.LongestHandling;

    /// <summary>Sets the time of day, this far off.</summary>
    internal void SetClock(TimeSpan at, TimeSpan off) => _time.After(at, () => _time.Off = off);

    internal SimulatedRun Run(params Fault[] faults)
    {
        long start = Stopwatch.GetTimestamp();
        _time.Run(() => Start(faults), () => Queue.Left == 0, TimeSpan.FromDays(7));
        RealTime = Stopwatch.GetElapsedTime(start);
        Array.ForEach(_workers, worker => worker.Dispose());
        return this;
    }

    /// <summary>The most calls a second to a service from a fault's end on, against the mean before it began.</summary>
    internal (int Peak, double Usual) CallsAfter(Fault fault, TimeSpan within)
    {
        SimulatedService service = fault.Service == Service.Store ? _world.Store : _world.Index;
        return (
            service.Peak(fault.End, fault.End + within),
            service.Mean(fault.Start - TimeSpan.FromMinutes(2), fault.Start)
        );
    }

    /// <summary>The most calls a second to a service while it is down, from some time after its fault on.</summary>
    internal int CallsDuring(Fault fault, TimeSpan after) =>
        (fault.Service == Service.Store ? _world.Store : _world.Index).Peak(fault.Start + after, fault.End);

    /// <summary>From the end of a fault until as many files a second are done as were before it, nine tenths at least.</summary>
    internal TimeSpan RecoveryFrom(Fault fault)
    {
        double usual = Mean((int)fault.Start.TotalSeconds - 60, 60);
        for (int second = (int)fault.End.TotalSeconds; second + 10 < _deletedBySecond.Count; second++)
        {
            if (Mean(second, 10) >= 0.9 * usual)
            {
                return TimeSpan.FromSeconds(second) - fault.End;
            }
        }

        return TimeSpan.MaxValue;
    }

    private double Mean(int from, int count) => _deletedBySecond.Skip(from).Take(count).Average();

    private void Start(Fault[] faults)
    {
        foreach (Fault fault in faults)
        {
            _time.After(fault.Start, () => Set(fault.Service, fault.Condition));
            _time.After(fault.End, () => Set(fault.Service, Condition.Up));
        }

        Count();
        Array.ForEach(_workers, worker => _ = worker.RunAsync());
    }

    private void Set(Service service, Condition condition)
    {
        switch (service)
        {
            case Service.Queue when condition == Condition.Up:
                Queue.GoUp();
                break;
            case Service.Queue:
                Queue.GoDown();
                break;
            case Service.Store:
                _world.Store.Condition = condition;
                break;
            default:
                _world.Index.Condition = condition;
                break;
        }
    }

    private void Count()
    {
        int before = Queue.Deleted;
        _time.After(
            TimeSpan.FromSeconds(1),
            () =>
            {
                _deletedBySecond.Add(Queue.Deleted - before);
                Count();
            }
        );
    }

    /// <summary>A row of the table in docs/scale.md.</summary>
    internal string Row(string name) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Queue.Deleted} | {Dead} | {Queue.Left} | {Queue.HighestInFlight} | {Queue.OverLimit} | {Queue.HighestReceives} | {HighestOfOneWorker} | {Ended:h\\:mm\\:ss} | {RealTime.TotalSeconds:f0} |"
        );
}

namespace Cis.Worker.Tests.Simulation;

/// <summary>How a service fares.</summary>
internal enum Condition
{
    Up,

    /// <summary>Answers nothing.</summary>
    Down,

    /// <summary>Refuses everybody, in words that stand in no list.</summary>
    Refuses,
}

/// <summary>A store or an index: how it fares, and how often it was called in each second.</summary>
internal sealed class SimulatedService(SimulatedTime time)
{
    private readonly List<int> _calls = [];

    internal Condition Condition { get; set; }

    internal void Called()
    {
        int second = (int)time.Now.TotalSeconds;
        while (_calls.Count <= second)
        {
            _calls.Add(0);
        }

        _calls[second]++;
    }

    /// <summary>The calls in the busiest second from one time to another.</summary>
    internal int Peak(TimeSpan from, TimeSpan to) => Range(from, to).DefaultIfEmpty().Max();

    internal double Mean(TimeSpan from, TimeSpan to) => Range(from, to).DefaultIfEmpty().Average();

    private IEnumerable<int> Range(TimeSpan from, TimeSpan to) =>
        _calls.Skip((int)from.TotalSeconds).Take((int)(to - from).TotalSeconds);
}

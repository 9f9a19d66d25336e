using Cis.Worker.Tests.Simulation;

namespace Cis.Aws.Tests.Week;

/// <summary>
/// A machine's clocks: its time of day is set forth and back, and stands still with its timers while it sleeps; the true time
/// goes on.
/// </summary>
internal sealed class SteppedTime(SimulatedTime machine) : TimeProvider
{
    private TimeSpan _slept;

    /// <summary>How far the time of day is off.</summary>
    internal TimeSpan Off { get; set; }

    /// <summary>The time as AWS has it.</summary>
    internal DateTimeOffset True => machine.GetUtcNow() + _slept;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => True + Off;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>The machine is suspended: none of its timers gets on.</summary>
    internal void Sleep(TimeSpan length) => _slept += length;
}

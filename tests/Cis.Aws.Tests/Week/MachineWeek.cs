using Cis.Worker.Tests.Simulation;

namespace Cis.Aws.Tests.Week;

/// <summary>Seven days of a machine, from one seed: its clock is set and it sleeps, while more happens to what is under test.</summary>
internal abstract class MachineWeek : IDisposable
{
    internal static readonly TimeSpan Length = TimeSpan.FromDays(7);

    private static readonly TimeSpan[] s_steps =
    [
        TimeSpan.FromMinutes(7),
        TimeSpan.FromMinutes(58),
        TimeSpan.FromHours(1),
        TimeSpan.FromDays(1),
    ];

    protected MachineWeek(int seed)
    {
        Random = new Random(seed);
        Time = new SteppedTime(Machine);
    }

    /// <summary>What went against what is promised.</summary>
    internal List<string> Complaints { get; } = [];

    /// <summary>What has ended that was to go on.</summary>
    internal List<Task> Loops { get; } = [];

    /// <summary>Requests to who gives keys, of each hour of the machine's.</summary>
    internal List<int> QuestionsByHour { get; } = [];

    internal int Steps { get; private set; }

    internal int Sleeps { get; private set; }

    protected SimulatedTime Machine { get; } = new();

    protected SteppedTime Time { get; }

    protected Random Random { get; }

    /// <summary>Requests so far to who gives keys.</summary>
    protected abstract int Questions { get; }

    /// <summary>What is wrong with who gives keys, for a person.</summary>
    protected abstract string Fault { get; }

    internal void Run() =>
        Machine.Run(() => Loops.AddRange([StepAsync(), SleepAsync(), CountAsync(), .. Begin()]), () => false, Length);

    public abstract void Dispose();

    /// <summary>Begins what is under test, and what else happens to it.</summary>
    protected abstract IEnumerable<Task> Begin();

    /// <summary>The machine has slept.</summary>
    protected abstract void Woke();

    protected TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Random.NextDouble());

    protected Task Pause(TimeSpan length) => Task.Delay(length, Time);

    protected void Complain(bool isSo, string what)
    {
        if (isSo)
        {
            Complaints.Add($"{Machine.Now}, clock {Time.Off} off, {Fault}: {what}");
        }
    }

    // Set forth or back, or put right.
    private async Task StepAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(1), TimeSpan.FromHours(6)));
            Time.Off = (Random.Next(3) - 1) * s_steps[Random.Next(s_steps.Length)];
            Steps++;
        }
    }

    private async Task SleepAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(6), TimeSpan.FromHours(18)));
            Time.Sleep(Between(TimeSpan.FromMinutes(3), TimeSpan.FromHours(9)));
            Woke();
            Sleeps++;
        }
    }

    private async Task CountAsync()
    {
        for (int before = 0; ; before = Questions)
        {
            await Pause(TimeSpan.FromHours(1));
            QuestionsByHour.Add(Questions - before);
        }
    }
}

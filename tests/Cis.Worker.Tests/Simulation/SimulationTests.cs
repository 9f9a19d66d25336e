using System.Globalization;

namespace Cis.Worker.Tests.Simulation;

/// <summary>
/// Many workers, a queue of SQS's rules and outages, on a simulated clock. CIS_SIMULATION=MESSAGES runs it with 500
/// workers, that many messages and outages of an hour, as for the tables of docs/scale.md.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly int? Full = int.TryParse(
        Environment.GetEnvironmentVariable("CIS_SIMULATION"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out int messages
    )
        ? messages
        : null;

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    [Fact]
    public void Through_outages_of_everything_no_message_is_lost_and_nobody_stampedes()
    {
        int workers = Full is null ? 50 : 500;
        TimeSpan length = Full is null ? Minutes(10) : Minutes(60);
        var simulation = new SimulatedRun(workers, Full ?? 250_000);
        var store = new Fault(Service.Store, Condition.Down, Minutes(5), length);
        var index = new Fault(Service.Index, Condition.Down, store.End + Minutes(10), length);
        var queue = new Fault(Service.Queue, Condition.Down, index.End + Minutes(10), length);

        simulation.Run(store, index, queue);

        output.WriteLine(simulation.Row($"{workers} workers"));
        Assert.Equal((simulation.Messages, 0, 0), (simulation.Queue.Deleted, simulation.Dead, simulation.Queue.Left));
        Assert.Equal(0, simulation.Queue.OverLimit);
        // What ReadAhead allows: ten seconds' work, or sixteen for each of three engines.
        Assert.InRange(simulation.Queue.HighestInFlight, 1, 64 * workers);
        foreach (Fault fault in (Fault[])[store, index])
        {
            (int most, double usual) = simulation.CallsAfter(fault, Minutes(2));
            int during = simulation.CallsDuring(fault, Minutes(2));
            TimeSpan recovery = simulation.RecoveryFrom(fault);
            output.WriteLine(
                $"{fault.Service}: usual {usual:f0} calls/s, while down {during}, after it {most}; back to nine tenths after {recovery.TotalSeconds} s"
            );
            // Each lets go what it has in flight, which is bounded; three times the usual in one second.
            Assert.InRange(most, 1, 6 * usual);
            Assert.InRange(during, 1, usual);
            Assert.InRange(recovery, TimeSpan.Zero, Minutes(2));
        }

        TimeSpan queueRecovery = simulation.RecoveryFrom(queue);
        output.WriteLine(
            $"Queue: back to nine tenths after {queueRecovery.TotalSeconds} s; longest in flight {simulation.LongestHandling}"
        );
        Assert.InRange(queueRecovery, TimeSpan.Zero, Minutes(2));
    }

    [Theory]
    [InlineData(nameof(Condition.Down))]
    [InlineData(nameof(Condition.Refuses))]
    public void A_clock_that_is_set_lets_nobody_wait_longer_in_an_outage(string condition)
    {
        SimulatedRun RunWith(TimeSpan off)
        {
            var simulation = new SimulatedRun(workers: 4, 20_000);
            for (int i = 0; i < 10; i++)
            {
                simulation.SetClock(Minutes(1 + (7 * i)), i % 2 == 0 ? off : -off);
            }

            var store = new Fault(Service.Store, Enum.Parse<Condition>(condition), Minutes(5), Minutes(10));
            return simulation.Run(store, new Fault(Service.Queue, Condition.Down, Minutes(25), Minutes(10)));
        }

        SimulatedRun steady = RunWith(TimeSpan.Zero);
        foreach (TimeSpan off in (TimeSpan[])[TimeSpan.FromHours(1), TimeSpan.FromDays(1)])
        {
            SimulatedRun stepped = RunWith(off);
            Assert.Equal((steady.Queue.Deleted, steady.Dead), (stepped.Queue.Deleted, stepped.Dead));
            // What is tried again waits for times of chance; a wait that went by the time of day would last for an hour.
            Assert.InRange(stepped.Ended, steady.Ended - Minutes(2), steady.Ended + Minutes(2));
        }
    }

    public static TheoryData<int, string, string> HourFaults
    {
        get
        {
            var data = new TheoryData<int, string, string>();
            foreach (int workers in (int[])[1, 4, 50])
            {
                foreach (Service service in Enum.GetValues<Service>())
                {
                    data.Add(workers, service.ToString(), nameof(Condition.Down));
                    if (service != Service.Queue)
                    {
                        data.Add(workers, service.ToString(), nameof(Condition.Refuses));
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(HourFaults))]
    public void An_hours_fault_sends_hardly_a_file_of_200_to_the_dead_letters(
        int workers,
        string service,
        string condition
    )
    {
        // From before the first file on, and in the midst of them: each worker finds out for itself.
        foreach (double start in (double[])[0, 0.2, 0.7])
        {
            var fault = new Fault(
                Enum.Parse<Service>(service),
                Enum.Parse<Condition>(condition),
                Minutes(start),
                Minutes(60)
            );
            var simulation = new SimulatedRun(workers, 200);

            simulation.Run(fault);

            output.WriteLine(simulation.Row($"{workers} workers, {service} {condition} from {start} min"));
            Assert.Equal((0, 200), (simulation.Queue.Left, simulation.Queue.Deleted + simulation.Dead));
            // What is down is known to be down. What refuses in unknown words a worker finds out by ten of its own files, or, where
            // 50 workers share 200 and none sees ten, by how many messages the queue says are in flight.
            int most = condition == nameof(Condition.Down) ? 0 : 10;
            Assert.InRange(simulation.Dead, 0, most);
        }
    }
}

using Cis.Worker.Handling;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Worker.Tests.Handling;

public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan Visibility = TimeSpan.FromHours(1);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly WorkerMetrics _metrics = new();
    private readonly string _root = Directory.CreateTempSubdirectory("cis-test-").FullName;
    private readonly Flight _flight;

    public HeartbeatTests() => _flight = new Flight(_root, _time, Visibility, _metrics);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_kept_hidden_up_to_the_twelve_hours_that_the_queue_allows_and_then_lost()
    {
        var queue = new FakeQueue(_time);
        queue.Send("long", "body");
        IReadOnlyList<QueueMessage> received = await queue.ReceiveAsync(1, TimeSpan.Zero, Visibility, Stop);
        await using MessageInFlight message = Enter(received[0]);
        VisibilityHeartbeat heartbeat = Heartbeat(queue, new LogList());
        using var end = new CancellationTokenSource();
        Task beating = heartbeat.RunAsync(end.Token);

        TimeSpan age = TimeSpan.Zero;
        for (; age < TimeSpan.FromHours(10.5); age += Step)
        {
            DateTimeOffset hiddenUntil = _time.GetUtcNow() + queue.HiddenFor("long");
            _time.Advance(Step);
            Assert.True(queue.HiddenFor("long") > TimeSpan.Zero, $"it was visible after {age}");
            if (hiddenUntil - _time.GetUtcNow() < Visibility / 4)
            {
                await UntilAsync(() => _time.GetUtcNow() + queue.HiddenFor("long") > hiddenUntil);
            }
        }

        Assert.False(message.IsLost);
        for (; age < TimeSpan.FromHours(12.5); age += Step)
        {
            _time.Advance(Step);
            await Task.Yield();
            Assert.True(age + Step + queue.HiddenFor("long") <= TimeSpan.FromHours(12), $"too long at {age}");
        }

        await UntilAsync(() => message.IsLost);
        Assert.Equal(1, _metrics.LeasesLost);
        await end.CancelAsync();
        await beating;
    }

    [Fact]
    public async Task A_message_that_is_settled_while_the_queue_says_that_it_is_gone_leaves_the_others_kept()
    {
        var queue = new FakeQueue(_time)
        {
            Intercept = (_, id) => id == "gone" ? new EntryResult(EntryStatus.Gone, "deleted") : null,
        };
        queue.Send("gone", "body");
        queue.Send("kept", "body");
        IReadOnlyList<QueueMessage> received = await queue.ReceiveAsync(2, TimeSpan.Zero, Visibility, Stop);
        MessageInFlight gone = Enter(received.Single(message => message.Id == "gone"));
        await using MessageInFlight kept = Enter(received.Single(message => message.Id == "kept"));
        // Between the queue's answer and the message's end lies the line in the log.
        var log = new LogList { OnLine = () => gone.DisposeAsync().AsTask().GetAwaiter().GetResult() };
        VisibilityHeartbeat heartbeat = Heartbeat(queue, log);
        using var end = new CancellationTokenSource();
        Task beating = heartbeat.RunAsync(end.Token);

        for (TimeSpan age = TimeSpan.Zero; age < Visibility * 2; age += Step)
        {
            _time.Advance(Step);
            await UntilAsync(() => beating.IsCompleted || queue.HiddenFor("kept") > Visibility / 4);
        }

        Assert.Equal(1, _metrics.LeasesLost);
        Assert.False(kept.IsLost);
        await end.CancelAsync();
        await beating;
    }

    [Fact]
    public async Task A_queue_that_fails_in_an_unknown_way_is_asked_again_at_the_next_beat()
    {
        int failures = 0;
        var queue = new FakeQueue(_time)
        {
            Intercept = (_, _) => ++failures == 1 ? throw new InvalidOperationException("a fault of our own") : null,
        };
        queue.Send("kept", "body");
        IReadOnlyList<QueueMessage> received = await queue.ReceiveAsync(1, TimeSpan.Zero, Visibility, Stop);
        await using MessageInFlight kept = Enter(received[0]);
        var log = new LogList();
        VisibilityHeartbeat heartbeat = Heartbeat(queue, log);
        using var end = new CancellationTokenSource();
        Task beating = heartbeat.RunAsync(end.Token);

        for (TimeSpan age = TimeSpan.Zero; age < Visibility; age += Step)
        {
            _time.Advance(Step);
            await UntilAsync(() => beating.IsCompleted || queue.HiddenFor("kept") > Visibility / 4);
        }

        Assert.True(failures > 1);
        Assert.Contains("a fault of our own", log.ToString(), StringComparison.Ordinal);
        await end.CancelAsync();
        await beating;
    }

    [Fact]
    public async Task A_renewal_that_hangs_costs_no_other_batch_its_messages_and_is_asked_again()
    {
        string? hanging = null;
        var queue = new FakeQueue(_time);
        for (int i = 0; i < 30; i++)
        {
            queue.Send($"{i}", "body");
        }

        for (int i = 0; i < 3; i++)
        {
            foreach (QueueMessage message in await queue.ReceiveAsync(10, TimeSpan.Zero, Visibility, Stop))
            {
                hanging ??= message.Receipt;
                Enter(message);
            }
        }

        var slow = new HangingQueue(queue, hanging!);
        var log = new LogList();
        var heartbeat = new VisibilityHeartbeat(slow, _flight.Messages, Visibility, _time, _metrics, log);
        using var end = new CancellationTokenSource();
        Task beating = heartbeat.RunAsync(end.Token);

        for (TimeSpan age = TimeSpan.Zero; age < Visibility * 2; age += Step)
        {
            _time.Advance(Step);
            await UntilAsync(() => Enumerable.Range(0, 30).All(i => queue.HiddenFor($"{i}") > Visibility / 4));
        }

        Assert.Equal(0, _metrics.LeasesLost);
        Assert.True(slow.Hung > 0);
        Assert.Contains("the queue does not answer", log.ToString(), StringComparison.Ordinal);
        await end.CancelAsync();
        await beating;
    }

    [Fact]
    public async Task A_clock_that_is_set_neither_loses_a_message_nor_lets_others_see_it()
    {
        var clock = new SetClock(_time);
        using var flight = new Flight(
            Directory.CreateDirectory(Path.Combine(_root, "set")).FullName,
            clock,
            Visibility
        );
        var queue = new FakeQueue(_time);
        queue.Send("kept", "body");
        IReadOnlyList<QueueMessage> received = await queue.ReceiveAsync(1, TimeSpan.Zero, Visibility, Stop);
        await using MessageInFlight message = flight.Messages.Enter(received[0], clock.GetTimestamp());
        var heartbeat = new VisibilityHeartbeat(queue, flight.Messages, Visibility, clock, _metrics, new LogList());
        using var end = new CancellationTokenSource();
        Task beating = heartbeat.RunAsync(end.Token);

        TimeSpan[] steps = [TimeSpan.FromHours(1), -TimeSpan.FromHours(1), TimeSpan.FromDays(1), -TimeSpan.FromDays(1)];
        for (int i = 0; i < 200; i++)
        {
            clock.Off = steps[i / 10 % steps.Length];
            _time.Advance(Step);
            Assert.True(queue.HiddenFor("kept") > TimeSpan.Zero, $"it was visible after {i} steps");
            await UntilAsync(() => queue.HiddenFor("kept") > Visibility / 4);
        }

        Assert.False(message.IsLost);
        Assert.Equal(0, _metrics.LeasesLost);
        await end.CancelAsync();
        await beating;
    }

    public void Dispose()
    {
        _flight.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private MessageInFlight Enter(QueueMessage message) => _flight.Messages.Enter(message, _time.GetTimestamp());

    private VisibilityHeartbeat Heartbeat(FakeQueue queue, LogList log) =>
        new(queue, _flight.Messages, Visibility, _time, _metrics, log);

    // A beat runs on, over the thread pool, after the clock has set it off.
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A machine of which the time of day is set; its timers and timestamps go on.</summary>
    private sealed class SetClock(TimeProvider machine) : TimeProvider
    {
        internal TimeSpan Off { get; set; }

        public override long TimestampFrequency => machine.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Off;

        public override long GetTimestamp() => machine.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            machine.CreateTimer(callback, state, dueTime, period);
    }
}

using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Worker.Tests.Flow;

public sealed class HeartbeatTests
{
    private static readonly TimeSpan Visibility = TimeSpan.FromHours(1);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly WorkerMetrics _metrics = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_kept_hidden_up_to_the_twelve_hours_that_the_queue_allows_and_then_lost()
    {
        var queue = new FakeQueue(_time);
        queue.Send("long", "body");
        IReadOnlyList<QueueMessage> received = await queue.ReceiveAsync(1, TimeSpan.Zero, Visibility, Stop);
        using var lease = new MessageLease(received[0], _time.GetTimestamp(), Visibility);
        var heartbeat = new VisibilityHeartbeat(queue, Visibility, _time, _metrics, new LogList());
        using var end = new CancellationTokenSource();
        heartbeat.Watch(lease);
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

        Assert.False(lease.Lost.IsCancellationRequested);
        for (; age < TimeSpan.FromHours(12.5); age += Step)
        {
            _time.Advance(Step);
            await Task.Yield();
            Assert.True(age + Step + queue.HiddenFor("long") <= TimeSpan.FromHours(12), $"too long at {age}");
        }

        await UntilAsync(() => lease.Lost.IsCancellationRequested);
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
        using var gone = new MessageLease(
            received.Single(message => message.Id == "gone"),
            _time.GetTimestamp(),
            Visibility
        );
        using var kept = new MessageLease(
            received.Single(message => message.Id == "kept"),
            _time.GetTimestamp(),
            Visibility
        );
        // Between the queue's answer and the end of the lease lies the line in the log.
        var log = new LogList { OnLine = gone.Dispose };
        var heartbeat = new VisibilityHeartbeat(queue, Visibility, _time, _metrics, log);
        using var end = new CancellationTokenSource();
        heartbeat.Watch(gone);
        heartbeat.Watch(kept);
        Task beating = heartbeat.RunAsync(end.Token);

        for (TimeSpan age = TimeSpan.Zero; age < Visibility * 2; age += Step)
        {
            _time.Advance(Step);
            await UntilAsync(() => beating.IsCompleted || queue.HiddenFor("kept") > Visibility / 4);
        }

        Assert.Equal(1, _metrics.LeasesLost);
        Assert.False(kept.Lost.IsCancellationRequested);
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
        using var kept = new MessageLease(received[0], _time.GetTimestamp(), Visibility);
        var log = new LogList();
        var heartbeat = new VisibilityHeartbeat(queue, Visibility, _time, _metrics, log);
        using var end = new CancellationTokenSource();
        heartbeat.Watch(kept);
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
}

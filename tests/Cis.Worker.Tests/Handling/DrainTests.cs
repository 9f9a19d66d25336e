using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Handling;

public sealed class DrainTests
{
    [Fact]
    public async Task Draining_finishes_what_runs_and_returns_the_rest_at_once()
    {
        await using var worker = new WorkerHarness();
        using var release = new ManualResetEventSlim();
        worker.OnRead = (_, token) => release.Wait(token);
        for (int i = 0; i < 20; i++)
        {
            worker.Send($"{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() =>
            worker.Queue.Hidden >= 4 && worker.Worker!.Metrics.InFlight - worker.Worker.Metrics.Waiting == 2
        );
        worker.Drain();
        await worker.UntilAsync(() => worker.Queue.Hidden == 2);
        release.Set();
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.Equal(2, worker.Index.Documents.Count);
        Assert.Equal(18, worker.Queue.Count);
        Assert.Equal(0, worker.Queue.Hidden);
        Assert.Empty(Directory.GetDirectories(worker.Scratch.Folder));
    }

    [Fact]
    public async Task What_does_not_end_within_the_drains_time_is_returned_to_the_queue()
    {
        await using var worker = new WorkerHarness();
        SendEndless(worker);

        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.InFlight - worker.Worker.Metrics.Waiting == 1);
        worker.Drain();
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.Equal((1, 0), (worker.Queue.Count, worker.Queue.Hidden));
        Assert.Empty(worker.Index.Documents);
    }

    [Fact]
    public async Task A_second_signal_returns_everything()
    {
        await using var worker = new WorkerHarness();
        SendEndless(worker);
        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.InFlight - worker.Worker.Metrics.Waiting == 1);
        DateTimeOffset start = worker.Time.GetUtcNow();

        worker.Drain();
        worker.Abandon();
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.Equal((1, 0), (worker.Queue.Count, worker.Queue.Hidden));
        Assert.True(worker.Time.GetUtcNow() - start < worker.Options.DrainTimeout);
    }

    [Fact]
    public async Task What_is_read_when_the_drain_begins_still_goes_into_the_index()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions { DefaultBucket = "b", BulkAge = TimeSpan.FromSeconds(10) }
        );
        worker.Send("a.pdf");
        worker.Start();
        await worker.UntilAsync(() => worker.Pool.Statistics.PagesRead == 1);

        await worker.EndAsync();

        Assert.Single(worker.Index.Documents);
        Assert.Equal(0, worker.Queue.Count);
    }

    [Fact]
    public async Task A_message_whose_receive_is_under_way_when_the_drain_begins_is_returned_at_once()
    {
        await using var worker = new WorkerHarness();
        worker.Start();
        await worker.AdvanceAsync(TimeSpan.FromSeconds(1));

        worker.Drain();
        worker.Send("late.pdf");
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.Equal((1, 0), (worker.Queue.Count, worker.Queue.Hidden));
        Assert.Equal(1, worker.Queue.ReceiveCountOf("late.pdf"));
    }

    // A file whose reading ends only when it is told to.
    private static void SendEndless(WorkerHarness worker)
    {
        worker.OnRead = (_, token) =>
        {
            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(60));
            token.ThrowIfCancellationRequested();
        };
        worker.Send("endless.pdf");
    }
}

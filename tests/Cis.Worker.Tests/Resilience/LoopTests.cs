using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Resilience;

/// <summary>No background loop of the worker ends by a fault: each is injected into once or a few times, and goes on.</summary>
public sealed class LoopTests
{
    [Fact]
    public async Task The_receiver_goes_on_after_a_fault_that_nobody_foresaw()
    {
        await using var worker = new WorkerHarness();
        int faults = 3;
        worker.Queue.OnReceive = () =>
        {
            if (Interlocked.Decrement(ref faults) >= 0)
            {
                throw new InvalidOperationException("a fault in the client");
            }
        };
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Index.Documents);
        Assert.Equal(3, worker.Log.Lines.Count(line => line.Id == 111));
    }

    [Fact]
    public async Task The_heartbeat_goes_on_after_a_fault_and_the_message_stays_hidden()
    {
        await using var worker = new WorkerHarness();
        var done = new TaskCompletionSource();
        worker.Store.OnFetch = (_, token) => done.Task.WaitAsync(token);
        int faults = 2;
        worker.Queue.Intercept = (call, _) =>
            call == "visibility" && Interlocked.Decrement(ref faults) >= 0
                ? throw new InvalidOperationException("a fault in the client")
                : null;
        worker.Send("long.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.ReceiveCountOf("long.pdf") == 1);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(1, worker.Queue.ReceiveCountOf("long.pdf"));
        done.SetResult();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Index.Documents);
        Assert.True(Volatile.Read(ref faults) < 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_redrive_policy_is_asked_for_again_after_a_fault_and_files_are_read_meanwhile(bool isForeseen)
    {
        await using var worker = new WorkerHarness();
        int asked = 0;
        worker.Queue.OnPolicy = () =>
        {
            if (Interlocked.Increment(ref asked) <= 3)
            {
                throw isForeseen
                    ? new TransientException(Dependency.Queue, "503")
                    : new InvalidOperationException("a fault in the client");
            }
        };
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.UntilAsync(() => Volatile.Read(ref asked) == 4);

        Assert.Single(worker.Index.Documents);
    }

    [Fact]
    public async Task The_bulk_batcher_goes_on_after_a_fault_and_nothing_is_lost()
    {
        await using var worker = new WorkerHarness();
        int faults = 2;
        worker.Index.OnBulk = () =>
        {
            if (Interlocked.Decrement(ref faults) >= 0)
            {
                throw new InvalidOperationException("a fault in the client");
            }
        };
        for (int i = 0; i < 20; i++)
        {
            worker.Send($"{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromHours(1));

        Assert.Equal(20, worker.Index.Documents.Count);
        Assert.Empty(worker.Queue.DeadLetters);
    }

    [Fact]
    public async Task The_acker_goes_on_after_a_fault_and_no_file_is_read_for_nothing_for_ever()
    {
        await using var worker = new WorkerHarness();
        int faults = 2;
        worker.Queue.Intercept = (call, _) =>
            call == "delete" && Interlocked.Decrement(ref faults) >= 0
                ? throw new InvalidOperationException("a fault in the client")
                : null;
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromHours(1));

        Assert.Single(worker.Index.Documents);
        Assert.Empty(worker.Queue.DeadLetters);
    }

    [Fact]
    public async Task The_watch_goes_on_after_a_fault_of_the_status_line()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions { DefaultBucket = "bucket", StatusInterval = TimeSpan.FromSeconds(10) }
        );
        var done = new TaskCompletionSource();
        worker.Store.OnFetch = (_, token) => done.Task.WaitAsync(token);
        worker.Send("long.pdf"); // an idle worker says nothing
        int faults = 2;
        worker.Log.Refuse = id =>
        {
            if (id == 106 && Interlocked.Decrement(ref faults) >= 0)
            {
                throw new IOException("the log's disk is full");
            }
        };

        worker.Start();
        await worker.UntilAsync(() => worker.Log.Lines.Any(line => line.Id == 106));

        Assert.Equal(2, worker.Log.Lines.Count(line => line.Id == 111));
        done.SetResult();
    }
}

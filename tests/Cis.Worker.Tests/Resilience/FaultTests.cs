using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Resilience;

public sealed class FaultTests
{
    [Fact]
    public async Task While_the_index_is_down_nothing_more_is_received_and_nothing_is_lost()
    {
        await using var worker = new WorkerHarness();
        bool isDown = true;
        worker.Index.OnBulk = () =>
        {
            if (isDown)
            {
                throw new TransientException(Dependency.Index, "connection refused");
            }
        };
        worker.Send("first.pdf");
        worker.Start();
        await worker.UntilAsync(() => worker.Log.Lines.Any(line => line.Id == 303));
        for (int i = 0; i < 100; i++)
        {
            worker.Send($"file-{i}.pdf");
        }

        await worker.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.InRange(worker.Queue.Hidden, 1, 30);
        isDown = false;
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(101, worker.Index.Writes.Count);
        Assert.All(worker.Index.Writes, write => Assert.Equal(1, write.Value));
        Assert.Contains(worker.Log.Lines, line => line.Id == 304);
        Assert.Empty(worker.Queue.DeadLetters);
    }

    [Fact]
    public async Task A_message_that_goes_back_for_a_fault_of_the_store_stays_hidden_for_ten_seconds_at_the_least()
    {
        await using var worker = new WorkerHarness();
        var isFetching = new TaskCompletionSource();
        worker.Store.OnFetch = async (key, cancellationToken) =>
        {
            if (key == "later.pdf")
            {
                isFetching.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            await isFetching.Task;
            throw new TransientException(Dependency.Store, "slow down") { IsWorthRetrying = false };
        };
        worker.Send("first.pdf");
        worker.Send("later.pdf");

        worker.Start();
        // The first one finds out, and may stay: the other one goes back from its download.
        await worker.UntilAsync(() => worker.Queue.HiddenFor("later.pdf") < TimeSpan.FromSeconds(16));

        // The clock of the test may be a step or two further.
        Assert.InRange(worker.Queue.HiddenFor("later.pdf").TotalSeconds, 8, 15);
    }

    [Fact]
    public async Task Only_the_documents_that_the_index_was_too_busy_for_are_sent_again()
    {
        await using var worker = new WorkerHarness();
        var refused = new HashSet<string>(StringComparer.Ordinal);
        worker.Index.Intercept = document =>
        {
            lock (refused)
            {
                return document.Id.StartsWith("busy", StringComparison.Ordinal) && refused.Add(document.Id)
                    ? new IndexResult(IndexStatus.Busy, "429")
                    : null;
            }
        };
        for (int i = 0; i < 10; i++)
        {
            worker.Send($"busy-{i}.pdf");
            worker.Send($"well-{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(10, refused.Count);
        Assert.Equal(20, worker.Index.Writes.Count);
        Assert.All(worker.Index.Writes, write => Assert.Equal(1, write.Value));
    }

    [Fact]
    public async Task A_document_that_the_index_refuses_goes_to_the_dead_letters_alone()
    {
        await using var worker = new WorkerHarness();
        worker.Index.Intercept = document =>
            document.Id == "bad.pdf" ? new IndexResult(IndexStatus.Refused, "mapper_parsing_exception") : null;
        worker.Send("bad.pdf");
        worker.Send("good.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal("good.pdf", Assert.Single(worker.Index.Documents).Key);
        (QueueMessage message, Outcome outcome, string reason) = Assert.Single(worker.Queue.DeadLetters);
        Assert.Equal(("bad.pdf", Outcome.IndexRefused), (message.Id, outcome));
        Assert.Contains("mapper_parsing_exception", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_store_that_passes_costs_nothing_but_time()
    {
        await using var worker = new WorkerHarness();
        int failures = 2;
        worker.Store.OnFetch = (_, _) =>
            Interlocked.Decrement(ref failures) >= 0
                ? Task.FromException(new TransientException(Dependency.Store, "reset by peer"))
                : Task.CompletedTask;
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Index.Documents);
        Assert.Equal(3, worker.Store.Fetches);
    }

    [Fact]
    public async Task A_fault_of_the_store_that_stays_returns_the_message_and_never_to_the_dead_letters()
    {
        await using var worker = new WorkerHarness();
        bool isDown = true;
        worker.Store.OnFetch = (_, _) =>
            isDown ? Task.FromException(new TransientException(Dependency.Store, "reset by peer")) : Task.CompletedTask;
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.MessagesReleased == 1);
        Assert.Equal(1, worker.Queue.Count);
        isDown = false;
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Index.Documents);
        Assert.Empty(worker.Queue.DeadLetters);
    }

    [Fact]
    public async Task A_long_file_stays_hidden_and_is_read_once()
    {
        await using var worker = new WorkerHarness();
        using var release = new ManualResetEventSlim();
        worker.OnRead = (_, token) => release.Wait(token);
        worker.Send("long.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Hidden == 1);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(1, worker.Queue.ReceiveCountOf("long.pdf"));
        release.Set();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(1, worker.Index.Writes["long.pdf"]);
        Assert.Equal(0, worker.Worker!.Metrics.LeasesLost);
    }

    [Fact]
    public async Task A_message_that_others_can_see_again_is_worked_at_no_longer()
    {
        await using var worker = new WorkerHarness();
        var stopped = new TaskCompletionSource();
        int reads = 0;
        worker.OnRead = (_, token) =>
        {
            if (Interlocked.Increment(ref reads) == 1)
            {
                token.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
                stopped.SetResult();
                token.ThrowIfCancellationRequested();
            }
        };
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => Volatile.Read(ref reads) == 1);
        worker.Queue.MakeVisible("a.pdf");
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.UntilAsync(() => stopped.Task.IsCompleted);

        Assert.Equal(1, worker.Worker!.Metrics.LeasesLost);
        Assert.Equal(1, worker.Index.Writes["a.pdf"]);
    }

    [Fact]
    public async Task An_entry_of_a_batch_of_deletes_that_fails_is_tried_again()
    {
        await using var worker = new WorkerHarness();
        int failures = 2;
        worker.Queue.Intercept = (call, id) =>
            call == "delete" && id == "a.pdf" && Interlocked.Decrement(ref failures) >= 0
                ? new EntryResult(EntryStatus.Failed, "InternalError")
                : null;
        worker.Send("a.pdf");
        worker.Send("b.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.True(failures < 0);
        Assert.Equal(1, worker.Index.Writes["a.pdf"]);
    }

    [Fact]
    public async Task A_queue_that_fails_is_asked_again()
    {
        await using var worker = new WorkerHarness();
        int failures = 3;
        worker.Queue.OnReceive = () =>
        {
            if (Interlocked.Decrement(ref failures) >= 0)
            {
                throw new TransientException(Dependency.Queue, "no route to host");
            }
        };
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Index.Documents);
    }

    [Fact]
    public async Task Files_wait_for_scratch_space_and_one_larger_than_all_of_it_is_too_large()
    {
        await using var worker = new WorkerHarness(scratchBytes: 1000);
        for (int i = 0; i < 12; i++)
        {
            worker.Send($"{i}.pdf");
            worker.Store.Put($"{i}.pdf", worker.Time.GetUtcNow(), bytes: 600);
        }

        worker.Send("huge.pdf");
        worker.Store.Put("huge.pdf", worker.Time.GetUtcNow(), bytes: 1001);

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(12, worker.Index.Documents.Count);
        Assert.Equal(Outcome.TooLarge, Assert.Single(worker.Queue.DeadLetters).Outcome);
        Assert.Equal(0, worker.Scratch.Used);
    }
}

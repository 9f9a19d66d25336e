using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Tests.Resilience;

/// <summary>Whose fault a failure is, where no list of codes says it: files', or that of what the worker depends on.</summary>
public sealed class WhoseFaultTests
{
    private const int Files = 200;
    private const int MaxLost = 10;

    public static MatrixTheoryData<string, int> Faults => new(Kinds.Keys, [1, 2, 3]);

    // Each makes something go wrong for all files until the flag is false.
    /// <summary>Starts a worker in a fault, mends that an hour after its alarm, and counts what became of all files.</summary>
    private static async Task AssertFewAreLostAsync(WorkerHarness worker, Action mend)
    {
        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1);
        await PassAsync(worker, TimeSpan.FromHours(1));
        mend();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(20));

        int lost = worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count;
        Assert.InRange(lost, 0, MaxLost);
        Assert.Equal(Files - lost, worker.Index.Documents.Count);
    }

    private static readonly Dictionary<string, Action<WorkerHarness, Func<bool>>> Kinds = new(StringComparer.Ordinal)
    {
        ["index refuses all with an unknown code"] = (worker, isWrong) =>
            worker.Index.Intercept = _ => isWrong() ? Refused("a_code_of_no_list") : null,
        ["index takes no document"] = (worker, isWrong) =>
            worker.Index.Intercept = _ =>
                isWrong() ? new IndexResult(IndexStatus.Unavailable, "index_closed_exception (400)") : null,
        ["index is busy for all"] = (worker, isWrong) =>
            worker.Index.Intercept = _ => isWrong() ? new IndexResult(IndexStatus.Busy, "full (429)") : null,
        ["index answers nothing"] = (worker, isWrong) =>
            worker.Index.OnBulk = () => Throw(isWrong, new TransientException(Dependency.Index, "connection refused")),
        ["store denies all with an unknown code"] = (worker, isWrong) =>
            worker.Store.OnFetch = (key, _) => Fail(isWrong, Denied(key, "ACodeOfNoList")),
        ["store has no such bucket"] = (worker, isWrong) =>
            worker.Store.OnFetch = (_, _) =>
                Fail(isWrong, new TransientException(Dependency.Store, "NoSuchBucket") { IsWorthRetrying = false }),
        ["store fails in ways that may pass"] = (worker, isWrong) =>
            worker.Store.OnFetch = (_, _) => Fail(isWrong, new TransientException(Dependency.Store, "InternalError")),
        ["scratch cannot be written"] = (worker, isWrong) =>
            worker.Store.OnFetch = (_, _) => Fail(isWrong, new IOException("read-only file system")),
        ["cis fails inside"] = (worker, isWrong) =>
            worker.Store.OnFetch = (_, _) => Fail(isWrong, new InvalidOperationException("a bug of ours")),
        ["every engine fails"] = (worker, isWrong) =>
            worker.OnRead = (_, _) => Throw(isWrong, new InvalidOperationException("a library is missing")),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_of_an_hour_empties_no_queue_by_any_road_and_all_goes_on_after_it(
        string fault,
        int receives
    )
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Queue.MaxReceives = receives;
        bool isWrong = true;
        Kinds[fault](worker, () => Volatile.Read(ref isWrong));
        SendAll(worker);

        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1);
        await PassAsync(worker, receives < 3 ? TimeSpan.FromMinutes(20) : TimeSpan.FromHours(1));
        Assert.Equal(1, Alarms(worker));
        // What such a queue would give up stays in flight, all that was there when the alarm came.
        int mostInFlight = receives < 3 ? MessageWorker.MaxInFlight : 6 * MaxLost;
        Assert.InRange(worker.Worker!.Metrics.InFlight, 0, mostInFlight);
        Volatile.Write(ref isWrong, false);
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(20));

        int lost = worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count;
        Assert.InRange(lost, 0, MaxLost);
        Assert.Equal(Files - lost, worker.Index.Documents.Count);
        Assert.Contains(worker.Log.Lines, line => line.Id == 304);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_lost_shard_costs_none_of_its_documents_by_the_queue_s_own_policy(int receives)
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Queue.MaxReceives = receives;
        bool isLost = true;
        worker.Index.Intercept = document =>
            Volatile.Read(ref isLost) && document.Id.Contains('7', StringComparison.Ordinal)
                ? new IndexResult(IndexStatus.Busy, "unavailable_shards_exception (503)")
                : null;
        SendAll(worker);

        worker.Start();
        for (int minute = 0; minute < 120; minute++)
        {
            // The other shards work: nothing is down.
            worker.Send($"well-{new string('x', minute)}.pdf");
            await PassAsync(worker, TimeSpan.FromMinutes(1));
        }

        int lost = worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count;
        Assert.Equal(0, lost);
        Assert.Equal(162 + 120, worker.Index.Documents.Count);
        Volatile.Write(ref isLost, false);
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(40));

        Assert.Empty(worker.Queue.Redriven);
        Assert.Equal(Files + 120, worker.Index.Documents.Count);
    }

    [Fact]
    public async Task What_waits_to_be_begun_is_not_given_up_by_a_drain_where_the_queue_would_give_it_up()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Queue.MaxReceives = 1;
        worker.OnRead = (_, token) => token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
        SendAll(worker);
        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.InFlight > 2);

        await worker.EndAsync();

        Assert.Equal(0, worker.Worker!.Metrics.MessagesReleased);
    }

    [Fact]
    public async Task A_trickle_of_files_that_fail_alike_stops_the_worker_before_more_than_are_set_are_lost()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket", FailuresInRow = 4 });
        worker.Store.OnFetch = (key, _) => Task.FromException(Denied(key, "AccessDenied"));
        worker.Start();

        for (int i = 1; i <= 3; i++)
        {
            worker.Send($"{i}.pdf");
            await worker.UntilAsync(() => worker.Queue.DeadLetters.Count == i);
        }

        worker.Send("4.pdf");
        await worker.UntilAsync(() => Alarms(worker) == 1);
        for (int i = 5; i <= 30; i++)
        {
            worker.Send($"{i}.pdf");
        }

        await worker.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(3, worker.Queue.DeadLetters.Count);
        Assert.Equal(27, worker.Queue.Count);
        (_, LogLevel level, string text) = Assert.Single(worker.Log.Lines, line => line.Id == 303);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("AccessDenied", text, StringComparison.Ordinal);
        Assert.Contains("s3:GetObject", text, StringComparison.Ordinal);
        Assert.Contains(
            "cis_service_up{service=\"store\"} 0",
            worker.Worker!.DescribeMetrics(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Few_files_of_a_fleet_that_shares_a_fault_are_kept_until_it_is_over()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        bool isWrong = true;
        Kinds["store denies all with an unknown code"](worker, () => Volatile.Read(ref isWrong));
        worker.Queue.OthersInFlight = Files;
        worker.Send("1.pdf");
        worker.Send("2.pdf");

        worker.Start();
        await PassAsync(worker, TimeSpan.FromHours(1));

        Assert.Empty(worker.Queue.DeadLetters);
        (_, LogLevel level, string text) = Assert.Single(worker.Log.Lines, line => line.Id == 303);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("ACodeOfNoList", text, StringComparison.Ordinal);
        Volatile.Write(ref isWrong, false);
        await worker.UntilAsync(() => worker.Index.Documents.Count == 2, TimeSpan.FromMinutes(2));
        Assert.Contains(worker.Log.Lines, line => line.Id == 304);
    }

    [Fact]
    public async Task A_file_that_is_itself_denied_goes_to_the_dead_letters_once_another_is_well_however_large_the_fleet()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Store.OnFetch = (key, _) =>
            key == "denied.pdf" ? Task.FromException(Denied(key, "Odd")) : Task.CompletedTask;
        worker.Queue.OthersInFlight = Files;
        worker.Send("denied.pdf");

        worker.Start();
        await PassAsync(worker, TimeSpan.FromMinutes(2));
        Assert.Empty(worker.Queue.DeadLetters);
        worker.Send("well.pdf");
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromSeconds(10));

        Assert.Equal(Outcome.AccessDenied, Assert.Single(worker.Queue.DeadLetters).Outcome);
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task A_few_files_are_at_fault_themselves_where_the_rest_of_the_fleet_has_nothing_in_flight()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Store.OnFetch = (key, _) => Task.FromException(Denied(key, "Odd"));
        worker.Queue.OthersInFlight = 5;
        worker.Send("1.pdf");
        worker.Send("2.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.DeadLetters.Count == 2, TimeSpan.FromSeconds(30));

        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task Files_that_are_themselves_denied_go_to_the_dead_letters_where_others_are_well()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        Deny(worker, "denied");
        worker.Start();
        for (int i = 0; i < Files; i++)
        {
            worker.Send(i % 10 == 0 ? $"denied-{i}.pdf" : $"well-{i}.pdf");
            if (i % 10 == 9)
            {
                // One of ten at a time: of a burst, refusals overtake the downloads that were begun with them.
                await worker.UntilAsync(() => worker.Queue.Count == 0);
            }
        }

        Assert.Equal(180, worker.Index.Documents.Count);
        Assert.Equal(20, worker.Queue.DeadLetters.Count);
        Assert.All(worker.Queue.DeadLetters, dead => Assert.Equal(Outcome.AccessDenied, dead.Outcome));
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task Of_a_burst_the_refusals_that_overtake_the_downloads_begun_with_them_are_no_alarm()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket", FailuresInRow = 3 });
        worker.Store.OnFetch = (key, token) =>
            key.StartsWith("denied", StringComparison.Ordinal)
                ? Task.FromException(Denied(key, "AccessDenied"))
                : Task.Delay(TimeSpan.FromSeconds(1), worker.Time, token);
        for (int i = 0; i < 100; i++)
        {
            worker.Send(i % 10 == 0 ? $"denied-{i}.pdf" : $"well-{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(10));

        Assert.Equal((90, 10), (worker.Index.Documents.Count, worker.Queue.DeadLetters.Count));
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task Downloads_that_hang_do_not_hold_up_the_alarm_for_ever_nor_cost_more_files_than_are_set()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket", FailuresInRow = 3 });
        worker.Store.OnFetch = (key, token) =>
            key.StartsWith("hung", StringComparison.Ordinal)
                ? Task.Delay(Timeout.InfiniteTimeSpan, token)
                : Task.FromException(Denied(key, "AccessDenied"));
        for (int i = 0; i < 20; i++)
        {
            worker.Send(i % 5 == 0 ? $"hung-{i}.pdf" : $"denied-{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.InRange(worker.Queue.DeadLetters.Count, 0, 3);
    }

    [Theory]
    [InlineData(Outcome.Encrypted)]
    [InlineData(Outcome.Corrupt)]
    [InlineData(Outcome.UnsupportedType)]
    [InlineData(Outcome.ObjectMissing)]
    [InlineData(Outcome.TooLarge)]
    [InlineData(Outcome.TimedOut)]
    public async Task Two_hundred_files_in_a_row_that_are_at_fault_themselves_stop_nothing(Outcome outcome)
    {
        await using var worker = new WorkerHarness();
        worker.Store.OnFetch = (_, _) =>
            outcome == Outcome.ObjectMissing
                ? Task.FromException(new ReadException(outcome, "NoSuchKey"))
                : Task.CompletedTask;
        worker.OnRead = (_, _) => throw new ReadException(outcome, "as asked");
        SendAll(worker);

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(Files, worker.Queue.DeadLetters.Count);
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task A_bucket_that_only_messages_name_is_their_fault()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        Deny(worker, "theirs");
        for (int i = 0; i < 100; i++)
        {
            worker.Queue.Send($"theirs-{i}", $$"""{"s3Bucket":"not-ours","s3Key":"theirs-{{i}}.pdf"}""");
        }

        for (int i = 0; i < 20; i++)
        {
            worker.Send($"well-{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(20, worker.Index.Documents.Count);
        Assert.Equal(100, worker.Queue.DeadLetters.Count);
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task A_bucket_that_is_set_wrongly_is_noticed_among_files_of_buckets_that_are_there()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "misspelt" });
        worker.Queue.MaxReceives = 3;
        worker.Store.OnBucket = bucket =>
            bucket == "misspelt"
                ? throw new TransientException(Dependency.Store, "NoSuchBucket") { IsWorthRetrying = false }
                : true;
        for (int i = 0; i < 50; i++)
        {
            worker.Send($"default-{i}.pdf");
            worker.Store.Put($"named-{i}.pdf", worker.Time.GetUtcNow());
            worker.Queue.Send($"named-{i}", $$"""{"s3Bucket":"there","s3Key":"named-{{i}}.pdf"}""");
        }

        worker.Start();
        await PassAsync(worker, TimeSpan.FromHours(1));

        Assert.Equal(1, Alarms(worker));
        Assert.InRange(worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count, 0, MaxLost);
    }

    [Theory]
    [InlineData("""{"orderId":NUMBER}""", "bucket")]
    [InlineData("""{"s3Key":"NUMBER.pdf"}""", null)]
    public async Task Another_program_s_queue_and_a_bucket_that_is_not_set_are_wrong_settings(
        string body,
        string? bucket
    )
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = bucket });
        worker.Queue.MaxReceives = 3;
        for (int i = 0; i < Files; i++)
        {
            worker.Queue.Send($"{i}", body.Replace("NUMBER", $"{i}", StringComparison.Ordinal));
        }

        worker.Start();
        await PassAsync(worker, TimeSpan.FromHours(1));

        Assert.Equal(1, Alarms(worker));
        Assert.InRange(worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count, 0, MaxLost);
    }

    [Fact]
    public async Task Strange_messages_in_a_queue_that_is_the_right_one_stop_nothing()
    {
        await using var worker = new WorkerHarness();
        worker.Send("well.pdf");
        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        for (int i = 0; i < Files; i++)
        {
            worker.Queue.Send($"{i}", "no json");
        }

        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(Files, worker.Queue.DeadLetters.Count);
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task What_is_kept_while_something_is_down_is_returned_at_once_by_a_drain()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Store.OnFetch = (key, _) => Task.FromException(Denied(key, "AccessDenied"));
        SendAll(worker);
        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1 && worker.Worker!.Metrics.MessagesHeld > 0);
        DateTimeOffset start = worker.Time.GetUtcNow();

        worker.Drain();
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.True(worker.Time.GetUtcNow() - start < TimeSpan.FromSeconds(5));
        Assert.Equal(Files, worker.Queue.Count);
    }

    [Fact]
    public async Task A_fault_that_comes_and_goes_sends_no_message_back_so_often_that_the_queue_gives_it_up()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "b" });
        worker.Queue.MaxReceives = 3;
        bool isWrong = false;
        Kinds["index takes no document"](worker, () => Volatile.Read(ref isWrong));
        worker.OnRead = (_, _) => Thread.Yield();
        worker.Start();

        for (int time = 1; time <= 6; time++)
        {
            for (int i = 0; i < Files; i++)
            {
                worker.Send($"{time}-{i}.pdf");
            }

            Volatile.Write(ref isWrong, true);
            await worker.UntilAsync(() => Alarms(worker) == time);
            await worker.AdvanceAsync(TimeSpan.FromSeconds(20));
            Volatile.Write(ref isWrong, false);
            await worker.UntilAsync(() => worker.Log.Lines.Count(line => line.Id == 304) == time);
        }

        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(20));
        Assert.Empty(worker.Queue.Redriven);
        Assert.Empty(worker.Queue.DeadLetters);
        Assert.Equal(6 * Files, worker.Index.Documents.Count);
    }

    [Fact]
    public async Task A_document_that_the_index_is_too_busy_for_holds_none_of_its_batch()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "b", FailuresInRow = 10 });
        worker.Index.Intercept = document =>
            document.Id.StartsWith("busy", StringComparison.Ordinal)
                ? new IndexResult(IndexStatus.Busy, "unavailable_shards_exception (503)")
                : null;
        for (int i = 0; i < Files; i++)
        {
            worker.Send(i % 10 == 0 ? $"busy-{i}.pdf" : $"well-{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Index.Documents.Count == 180, TimeSpan.FromSeconds(90));

        await worker.UntilAsync(() => worker.Worker!.Metrics.MessagesDeleted == 180, TimeSpan.FromSeconds(5));
        Assert.Equal(20, worker.Queue.Count);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_an_alarm()
    {
        await using var worker = new WorkerHarness();
        bool isThere = false;
        worker.Queue.OnReceive = () =>
            Throw(
                () => !Volatile.Read(ref isThere),
                new TransientException(Dependency.Queue, "QueueDoesNotExist") { IsWorthRetrying = false }
            );
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1);
        Volatile.Write(ref isThere, true);
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Log.Lines, line => line is { Id: 303, Level: LogLevel.Error });
        Assert.Single(worker.Index.Documents);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another")]
    public async Task A_bucket_that_has_given_files_and_is_gone_is_no_message_s_fault(string? set)
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = set });
        worker.Queue.MaxReceives = 3;
        bool isGone = false;
        worker.Store.OnBucket = bucket => Volatile.Read(ref isGone) ? throw Gone(bucket) : true;
        Send(worker, "before", 1);
        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Volatile.Write(ref isGone, true);
        Send(worker, "file", Files);
        await worker.UntilAsync(() => Alarms(worker) == 1);
        await PassAsync(worker, TimeSpan.FromHours(1));
        Assert.InRange(worker.Queue.DeadLetters.Count, 0, MaxLost);
        Volatile.Write(ref isGone, false);
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(20));

        Assert.Equal(Files + 1, worker.Index.Documents.Count + worker.Queue.DeadLetters.Count);

        static void Send(WorkerHarness worker, string name, int files)
        {
            for (int i = 0; i < files; i++)
            {
                worker.Send($"{name}-{i}.pdf", bucket: "named");
            }
        }
    }

    [Fact]
    public async Task A_hundred_messages_that_name_a_bucket_that_never_gave_a_file_stop_nothing()
    {
        await using var worker = new WorkerHarness();
        worker.Store.OnBucket = bucket => bucket == "gone" ? throw Gone(bucket) : true;
        for (int i = 0; i < 100; i++)
        {
            worker.Send($"gone-{i}.pdf", bucket: "gone");
        }

        worker.Send("well.pdf", bucket: "named");
        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal((1, 100), (worker.Index.Documents.Count, worker.Queue.DeadLetters.Count));
        Assert.Equal(0, Alarms(worker));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task A_hundred_first_messages_that_name_a_bucket_that_gives_nothing_keep_no_other_file_back(
        int receives,
        bool isDenied
    )
    {
        await using var worker = new WorkerHarness(new WorkerOptions());
        worker.Queue.MaxReceives = receives;
        worker.Store.OnLook = _ => BucketState.Unknown;
        worker.Store.OnBucket = bucket =>
            bucket != "theirs" ? true
            : isDenied ? throw Denied(bucket, "AccessDenied")
            : throw Gone(bucket);
        for (int i = 0; i < 100; i++)
        {
            worker.Send($"theirs-{i}.pdf", bucket: "theirs");
        }

        for (int i = 0; i < 20; i++)
        {
            worker.Send($"well-{i}.pdf", bucket: "there");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Index.Documents.Count == 20, TimeSpan.FromSeconds(60));

        if (isDenied)
        {
            // A right may be missing: nothing is lost before a person has looked.
            await PassAsync(worker, TimeSpan.FromHours(1));
            Assert.InRange(worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count, 0, MaxLost);
        }
        else
        {
            await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromSeconds(30));
            Assert.Equal(100, worker.Queue.DeadLetters.Count);
        }
    }

    [Theory]
    [InlineData(null, BucketState.Unknown, false)]
    [InlineData("another", BucketState.Unknown, false)]
    [InlineData(null, BucketState.Unknown, true)]
    [InlineData("another", BucketState.Unknown, true)]
    [InlineData("another", BucketState.Denied, true)]
    public async Task A_store_that_never_gave_a_file_is_not_taken_to_be_the_right_one(
        string? set,
        BucketState state,
        bool isDenied
    )
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = set });
        worker.Queue.MaxReceives = 3;
        bool isWrong = true;
        worker.Store.OnLook = _ => state;
        worker.Store.OnBucket = bucket =>
            !Volatile.Read(ref isWrong) ? true
            : isDenied ? throw Denied(bucket, "AccessDenied")
            : throw Gone(bucket);
        for (int i = 0; i < Files; i++)
        {
            worker.Send($"file-{i}.pdf", bucket: $"named-{i % 40}");
        }

        await AssertFewAreLostAsync(worker, () => Volatile.Write(ref isWrong, false));
    }

    [Theory]
    [InlineData(BucketState.Listed, true)]
    [InlineData(BucketState.Listed, false)]
    [InlineData(BucketState.Denied, false)]
    public async Task Where_the_bucket_that_is_set_is_there_another_that_messages_name_is_their_fault(
        BucketState state,
        bool isDenied
    )
    {
        await using var worker = new WorkerHarness();
        worker.Store.OnLook = bucket => bucket == "bucket" ? state : BucketState.Unknown;
        worker.Store.OnBucket = bucket =>
            bucket == "bucket" ? true
            : isDenied ? throw Denied(bucket, "AccessDenied")
            : throw Gone(bucket);
        for (int i = 0; i < Files; i++)
        {
            worker.Send($"file-{i}.pdf", bucket: "theirs");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(Files, worker.Queue.DeadLetters.Count);
        Assert.Equal(0, Alarms(worker));
    }

    [Fact]
    public async Task Causes_and_buckets_that_differ_count_together_where_nothing_is_well_between()
    {
        await using var worker = new WorkerHarness(new WorkerOptions());
        worker.Queue.MaxReceives = 3;
        int tries = 0;
        worker.Store.OnFetch = (key, _) =>
            Task.FromException(Denied(key, $"Code{Interlocked.Increment(ref tries) % 50}"));
        for (int i = 0; i < Files; i++)
        {
            worker.Send($"file-{i}.pdf", bucket: $"named-{i % 40}");
        }

        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1);
        await PassAsync(worker, TimeSpan.FromHours(1));

        Assert.InRange(worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count, 0, MaxLost);
    }

    [Theory]
    [InlineData(Outcome.UnsupportedType)]
    [InlineData(Outcome.Corrupt)]
    public async Task A_page_that_comes_in_the_place_of_each_file_empties_no_queue(Outcome outcome)
    {
        await using var worker = new WorkerHarness();
        worker.Queue.MaxReceives = 3;
        bool isWrong = true;
        worker.Store.HasRequestId = false;
        worker.OnRead = (_, _) => Throw(() => Volatile.Read(ref isWrong), new ReadException(outcome, "a page of HTML"));
        SendAll(worker);

        await AssertFewAreLostAsync(worker, () => Volatile.Write(ref isWrong, false));
    }

    [Fact]
    public async Task A_store_whose_answers_bear_no_marks_serves_as_well_as_any()
    {
        await using var worker = new WorkerHarness();
        worker.Store.HasRequestId = false;
        worker.OnRead = (name, _) =>
            Throw(() => name.Contains('7', StringComparison.Ordinal), new ReadException(Outcome.Corrupt, "as asked"));
        SendAll(worker);

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(10));

        Assert.Equal(Files, worker.Index.Documents.Count + worker.Queue.DeadLetters.Count);
        Assert.Equal(38, worker.Queue.DeadLetters.Count);
    }

    [Fact]
    public async Task Codes_of_no_two_documents_alike_count_together()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "bucket" });
        worker.Queue.MaxReceives = 3;
        int tries = 0;
        worker.Index.Intercept = _ => Refused($"code_{Interlocked.Increment(ref tries)}");
        SendAll(worker);

        worker.Start();
        await worker.UntilAsync(() => Alarms(worker) == 1);
        await PassAsync(worker, TimeSpan.FromHours(1));

        Assert.InRange(worker.Queue.DeadLetters.Count + worker.Queue.Redriven.Count, 0, MaxLost);
    }

    private static ReadException Gone(string bucket) =>
        new(Outcome.ObjectMissing, $"{bucket}: the message names a bucket that cannot be read from")
        {
            BucketCode = "NoSuchBucket",
        };

    private static int Alarms(WorkerHarness worker) => worker.Log.Lines.Count(line => line.Id == 303);

    private static void SendAll(WorkerHarness worker)
    {
        for (int i = 0; i < Files; i++)
        {
            worker.Send($"file-{i}.pdf");
        }
    }

    // Larger steps than where something is waited for: an hour has many.
    private static Task PassAsync(WorkerHarness worker, TimeSpan time) =>
        worker.AdvanceAsync(time, by: TimeSpan.FromSeconds(4));

    private static IndexResult Refused(string code) => new(IndexStatus.Refused, $"{code} (400): as asked", code);

    private static ReadException Denied(string key, string code) =>
        new(Outcome.AccessDenied, $"bucket/{key}: the object may not be read ({code})") { Code = code };

    private static Task Fail(Func<bool> isWrong, Exception fault) =>
        isWrong() ? Task.FromException(fault) : Task.CompletedTask;

    private static void Deny(WorkerHarness worker, string prefix) =>
        worker.Store.OnFetch = (key, _) =>
            key.StartsWith(prefix, StringComparison.Ordinal)
                ? Task.FromException(Denied(key, "AccessDenied"))
                : Task.CompletedTask;

    private static void Throw(Func<bool> isWrong, Exception fault)
    {
        if (isWrong())
        {
            throw fault;
        }
    }
}

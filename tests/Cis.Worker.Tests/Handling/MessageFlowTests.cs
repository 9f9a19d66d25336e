using System.Collections.Concurrent;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Handling;

public sealed class MessageFlowTests
{
    [Fact]
    public async Task A_message_becomes_a_document_and_is_deleted()
    {
        await using var worker = new WorkerHarness();
        worker.Store.Put("docs/請求書 1.pdf", new DateTimeOffset(2025, 5, 6, 7, 8, 9, TimeSpan.Zero), bytes: 77);
        worker.Queue.Send(
            "m1",
            """
            {"s3Key":"docs/請求書 1.pdf","fileId":"f-1","fileName":"請求書.pdf","fileSize":77,
             "mimeType":"application/pdf","lastModified":"2025-05-06T07:08:09.123Z"}
            """
        );

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        IndexDocument document = Assert.Single(worker.Index.Documents).Value;
        Assert.Equal("f-1", document.Id);
        using var json = JsonDocument.Parse(document.Source);
        JsonElement root = json.RootElement;
        Assert.Equal("f-1", root.GetProperty("file_id").GetString());
        Assert.Equal("docs/請求書 1.pdf", root.GetProperty("s3_key").GetString());
        Assert.Equal("bucket", root.GetProperty("s3_bucket").GetString());
        Assert.Equal("請求書.pdf", root.GetProperty("file_name").GetString());
        Assert.Equal(77, root.GetProperty("file_size").GetInt64());
        Assert.Equal("application/pdf", root.GetProperty("mime_type").GetString());
        Assert.Equal("text of 請求書.pdf", root.GetProperty("extracted_text").GetString());
        Assert.Equal("text of 請求書.pdf".Length, root.GetProperty("text_length").GetInt32());
        Assert.Equal("2025-05-06T07:08:09.123Z", root.GetProperty("last_modified").GetString());
        Assert.StartsWith("2026-01-02T03:04:", root.GetProperty("indexed_at").GetString(), StringComparison.Ordinal);
        Assert.Equal("etag", root.GetProperty("s3_etag").GetString());
        Assert.Equal(1, root.GetProperty("page_count").GetInt32());
        Assert.Equal(0, root.GetProperty("pages_failed").GetInt32());
        Assert.Equal("ocr", root.GetProperty("text_source").GetString());
        Assert.Equal("1.2.3", root.GetProperty("worker_version").GetString());
        Assert.False(root.TryGetProperty("outcome", out _));
        Assert.Empty(Directory.GetDirectories(worker.Scratch.Folder));
    }

    [Fact]
    public async Task Messages_of_a_group_are_handled_one_after_another_and_none_overtakes_one_that_went_back()
    {
        await using var worker = new WorkerHarness();
        var read = new ConcurrentQueue<string>();
        int refusals = 0;
        worker.OnRead = (name, _) => read.Enqueue(name);
        worker.Store.OnFetch = (key, _) =>
            key == "b.pdf" && Interlocked.Increment(ref refusals) == 1
                ? throw new TransientException(Dependency.Store, "slow down") { IsWorthRetrying = false }
                : Task.CompletedTask;
        foreach (string key in (string[])["a.pdf", "b.pdf", "c.pdf", "d.pdf"])
        {
            worker.Store.Put(key, worker.Time.GetUtcNow());
            worker.Queue.Send(key, $$"""{"s3Key":"{{key}}","fileId":"{{key}}","fileName":"{{key}}"}""", group: "one");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(10));

        Assert.Equal(["a.pdf", "b.pdf", "c.pdf", "d.pdf"], read);
        Assert.Equal(2, refusals);
    }

    [Fact]
    public async Task A_marker_of_a_folder_is_settled_and_not_indexed_though_its_size_was_not_told()
    {
        await using var worker = new WorkerHarness();
        worker.Store.Put("folder/", worker.Time.GetUtcNow(), bytes: 0);
        worker.Queue.Send("marker", """{"s3Key":"folder/"}""");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Empty(worker.Index.Documents);
        Assert.Empty(worker.Queue.DeadLetters);
    }

    [Fact]
    public async Task Two_hundred_messages_are_each_indexed_once_in_batches_and_deleted_in_batches()
    {
        await using var worker = new WorkerHarness();
        for (int i = 0; i < 200; i++)
        {
            worker.Send($"file-{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(200, worker.Index.Writes.Count);
        Assert.All(worker.Index.Writes, write => Assert.Equal(1, write.Value));
        Assert.InRange(worker.Queue.Calls.Count(call => call.Call == "delete"), 20, 150);
        Assert.Equal(0, worker.Scratch.Used);
        await worker.EndAsync();
        Assert.Equal(200, worker.Worker!.Metrics.MessagesEnded(Outcome.Ok));
    }

    [Theory]
    [InlineData("no json", Outcome.BadMessage, "not JSON")]
    [InlineData("""{"fileId":"1"}""", Outcome.BadMessage, "s3Key")]
    [InlineData("""{"s3Key":"missing.pdf"}""", Outcome.ObjectMissing, "bucket/missing.pdf does not exist")]
    public async Task A_message_that_cannot_be_served_goes_to_the_dead_letters_with_the_reason(
        string body,
        Outcome outcome,
        string reason
    )
    {
        await using var worker = new WorkerHarness();
        worker.Queue.Send("m1", body);

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        (QueueMessage message, Outcome actual, string said) = Assert.Single(worker.Queue.DeadLetters);
        Assert.Equal(("m1", outcome), (message.Id, actual));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Empty(worker.Index.Documents);
    }

    [Fact]
    public async Task Without_a_dead_letter_queue_a_failed_message_is_left_to_the_redrive_policy()
    {
        await using var worker = new WorkerHarness();
        worker.Queue = new FakeQueue(worker.Time) { HasDeadLetterQueue = false };
        worker.Queue.Send("m1", "no json");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.ReceiveCountOf("m1") == 3);

        Assert.Equal(1, worker.Queue.Count);
    }

    [Fact]
    public async Task A_failed_file_is_shown_in_the_index_where_that_is_set()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { DefaultBucket = "b", IndexFailures = true });
        worker.Send("secret.pdf");
        worker.OnRead = (_, _) => throw new ReadException(Outcome.Encrypted, "it needs a password");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        FileRecord record = Assert.Single(worker.Index.Documents).Value.Record;
        Assert.Equal(("encrypted", "it needs a password", ""), (record.Outcome, record.Reason, record.ExtractedText));
        Assert.Equal(Outcome.Encrypted, Assert.Single(worker.Queue.DeadLetters).Outcome);
    }

    [Fact]
    public async Task A_message_of_several_files_is_as_good_as_the_worst_of_them()
    {
        await using var worker = new WorkerHarness();
        worker.Store.Put("a b.pdf", worker.Time.GetUtcNow());
        worker.Queue.Send("m1", S3Event("a+b.pdf", "gone.pdf"));

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal("bucket-e/a b.pdf", Assert.Single(worker.Index.Documents).Key);
        Assert.Equal(Outcome.ObjectMissing, Assert.Single(worker.Queue.DeadLetters).Outcome);
    }

    [Fact]
    public async Task The_files_of_one_message_are_not_all_fetched_at_once()
    {
        await using var worker = new WorkerHarness();
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"{i}.pdf")];
        foreach (string key in keys)
        {
            worker.Store.Put(key, worker.Time.GetUtcNow());
        }

        worker.Queue.Send("m1", S3Event(keys));
        var open = new TaskCompletionSource();
        worker.Store.OnFetch = (_, _) => open.Task;

        worker.Start();
        await worker.UntilAsync(() => worker.Store.Fetches >= 32);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(32, worker.Store.Fetches);

        open.SetResult();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        Assert.Equal(200, worker.Index.Documents.Count);
    }

    [Fact]
    public async Task Scans_let_the_files_pass_that_are_read_in_a_moment()
    {
        await using var worker = new WorkerHarness();
        worker.Send("first.pdf");
        worker.Start();
        await worker.UntilAsync(() => worker.Index.Documents.Count == 1);
        using var release = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        worker.OnRead = (name, token) =>
        {
            order.Enqueue(name);
            release.Wait(token);
        };

        for (int i = 0; i < 12; i++)
        {
            worker.Send($"scan {i}.pdf");
            worker.Send($"text {i}.pdf");
        }

        await worker.UntilAsync(() => worker.Pool.Room == MessageWorker.MaxInFlight - 24);
        release.Set();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        // Each of the two engines may have begun with a scan, and a text or two may still have been on their way.
        int textsAmongFirst = order.Take(14).Count(name => name.StartsWith("text", StringComparison.Ordinal));
        Assert.InRange(textsAmongFirst, 10, 12);
        Assert.Equal(25, worker.Index.Documents.Count);
    }

    [Fact]
    public async Task A_scan_that_waits_while_others_pass_is_returned_by_a_drain()
    {
        await using var worker = new WorkerHarness();
        using var release = new ManualResetEventSlim();
        var read = new ConcurrentQueue<string>();
        worker.OnRead = (name, token) =>
        {
            read.Enqueue(name);
            release.Wait(token);
        };
        worker.Send("scan a.pdf");
        worker.Send("scan b.pdf");
        worker.Send("scan c.pdf");
        worker.Start();
        await worker.UntilAsync(() => read.Count == 2 && worker.Pool.Room == MessageWorker.MaxInFlight - 3);

        worker.Drain();
        await worker.UntilAsync(() => worker.Queue.Hidden == 2);
        release.Set();
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.Equal(1, worker.Queue.Count);
        Assert.Equal(2, worker.Index.Documents.Count);
    }

    [Fact]
    public async Task A_message_that_cis_itself_fails_at_is_tried_three_times_and_then_put_aside()
    {
        await using var worker = new WorkerHarness();
        worker.Send("bug.pdf");
        worker.Store.OnFetch = (_, _) => throw new InvalidOperationException("a bug of ours");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromMinutes(10));

        (QueueMessage message, Outcome outcome, string reason) = Assert.Single(worker.Queue.DeadLetters);
        Assert.Equal((3, Outcome.Crashed), (message.ReceiveCount, outcome));
        Assert.Contains("a bug of ours", reason, StringComparison.Ordinal);
        Assert.Equal(3, worker.Log.Lines.Count(line => line.Id == 207));
    }

    [Fact]
    public async Task S3s_test_event_is_acknowledged_and_ignored()
    {
        await using var worker = new WorkerHarness();
        worker.Queue.Send("m1", """{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}""");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Empty(worker.Queue.DeadLetters);
        Assert.Empty(worker.Index.Documents);
    }

    [Fact]
    public async Task The_same_message_twice_gives_one_document()
    {
        await using var worker = new WorkerHarness();
        worker.Send("a.pdf", "m1");
        worker.Send("a.pdf", "m2");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Single(worker.Index.Documents);
        Assert.Empty(worker.Queue.DeadLetters);
    }

    [Fact]
    public async Task An_older_notification_that_comes_late_does_not_replace_a_newer_document()
    {
        await using var worker = new WorkerHarness();
        worker.Store.Put("a.pdf", worker.Time.GetUtcNow());
        worker.Start();

        worker.Queue.Send("new", Notification("new name.pdf", "2025-01-02T00:00:00Z"));
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        worker.Queue.Send("old", Notification("old name.pdf", "2025-01-01T00:00:00Z"));
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal("new name.pdf", Assert.Single(worker.Index.Documents).Value.Record.FileName);
        Assert.Empty(worker.Queue.DeadLetters);

        static string Notification(string name, string modified) =>
            $$"""{"s3Key":"a.pdf","fileId":"1","fileName":"{{name}}","lastModified":"{{modified}}"}""";
    }

    [Fact]
    public async Task A_file_that_an_engine_fails_at_is_reported_as_crashed_and_the_next_goes_on()
    {
        await using var worker = new WorkerHarness();
        worker.Send("bad.pdf");
        worker.Send("good.pdf");
        worker.OnRead = (name, _) =>
        {
            if (name == "bad.pdf")
            {
                throw new InvalidOperationException("boom");
            }
        };

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal("good.pdf", Assert.Single(worker.Index.Documents).Key);
        Assert.Equal(Outcome.Crashed, Assert.Single(worker.Queue.DeadLetters).Outcome);
    }

    [Fact]
    public async Task It_ends_by_itself_when_the_queue_stayed_empty()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions { DefaultBucket = "b", ExitWhenIdle = TimeSpan.FromSeconds(5) }
        );
        worker.Send("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Running.IsCompleted, TimeSpan.FromSeconds(30));

        Assert.Equal(0, worker.Queue.Count);
        Assert.Single(worker.Index.Documents);
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_is_not_taken_for_an_empty_one()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions { DefaultBucket = "b", ExitWhenIdle = TimeSpan.FromSeconds(5) }
        );
        worker.Send("a.pdf");
        worker.Queue.OnReceive = () => throw new TransientException(Dependency.Queue, "no route to host");

        worker.Start();
        await worker.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.False(worker.Running.IsCompleted);

        worker.Queue.OnReceive = () => { };
        await worker.UntilAsync(() => worker.Running.IsCompleted);
        Assert.Single(worker.Index.Documents);
    }

    private static string S3Event(params string[] keys) =>
        $$"""{"Records":[{{string.Join(',', keys.Select(Record))}}]}""";

    private static string Record(string key) =>
        """{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"bucket-e"},"object":{"key":"KEY","size":64}}}""".Replace(
            "KEY",
            key,
            StringComparison.Ordinal
        );
}

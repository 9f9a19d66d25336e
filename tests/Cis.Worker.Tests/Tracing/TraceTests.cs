using System.Collections.Concurrent;
using System.Diagnostics;
using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;
using Cis.Worker.Tracing;

namespace Cis.Worker.Tests.Tracing;

/// <summary>A message's way as a listener of the source <c>cis</c> sees it, and in the log.</summary>
[Collection(Telemetry.Collection)]
public sealed class TraceTests
{
    private const string TraceId = "5759e988bd862e3fe1be46a994272793";
    private const string Parent = $"00-{TraceId}-53995c3f42cd8ad8-01";
    private const string Header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    [Fact]
    public async Task A_messages_way_is_one_trace_that_goes_on_from_the_senders()
    {
        await using var worker = new WorkerHarness();
        using var spans = new SpanList();
        worker.OnRead = (_, _) => Passing.UntilTimeHasPassed();
        worker.Send("a.pdf", traceParent: Parent);

        await RunAsync(worker);

        Activity message = spans.Single("process files");
        Assert.Equal(
            (TraceId, "53995c3f42cd8ad8"),
            (message.TraceId.ToHexString(), message.ParentSpanId.ToHexString())
        );
        Assert.Equal(ActivityKind.Consumer, message.Kind);
        Assert.Equal("aws_sqs", message.GetTagItem("messaging.system"));
        Assert.Equal("files", message.GetTagItem("messaging.destination.name"));
        Assert.Equal("process", message.GetTagItem("messaging.operation.type"));
        Assert.Equal("a.pdf", message.GetTagItem("messaging.message.id"));
        Assert.Equal("ok", message.GetTagItem("cis.outcome"));
        Assert.Equal(ActivityStatusCode.Unset, message.Status);
        Assert.All(
            ["fetch", "read", "index"],
            name =>
            {
                Activity step = spans.Single(name);
                Assert.Equal(message.SpanId, step.ParentSpanId);
                Assert.Equal("a.pdf", step.GetTagItem("aws.s3.key"));
            }
        );
        Assert.Equal(1, spans.Single("read").GetTagItem("cis.pages"));
        Assert.Equal("indexed", spans.Single("index").GetTagItem("cis.index.status"));
    }

    [Theory]
    [InlineData(1)] // sent by the message that fills it
    [InlineData(100)] // sent when its time has come
    public async Task A_batch_is_of_no_message_and_linked_to_each(int documents)
    {
        await using WorkerHarness worker = WithBatchesOf(documents);
        using var spans = new SpanList();
        worker.Send("a.pdf", traceParent: Parent);
        worker.Send("b.pdf");

        await RunAsync(worker);

        Activity[] bulks = spans.All("bulk");
        Assert.All(bulks, bulk => Assert.Equal(default, bulk.ParentSpanId));
        Assert.Equal(
            spans.All("index").Select(index => index.SpanId.ToHexString()).Order(StringComparer.Ordinal),
            bulks
                .SelectMany(bulk => bulk.Links)
                .Select(link => link.Context.SpanId.ToHexString())
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, bulks.Sum(bulk => (int)bulk.GetTagItem("db.operation.batch.size")!));
    }

    [Fact]
    public async Task Without_a_parent_a_message_begins_a_trace_and_failures_are_errors()
    {
        await using var worker = new WorkerHarness();
        using var spans = new SpanList();
        worker.OnRead = (_, _) => throw new ReadException(Outcome.Encrypted, "it needs a password");
        worker.Send("secret.pdf");
        worker.Queue.Send("gone", """{"s3Key":"gone.pdf","fileId":"gone","fileName":"gone.pdf"}""");

        await RunAsync(worker);

        Activity secret = spans
            .All("process files")
            .Single(span => span.GetTagItem("messaging.message.id") is "secret.pdf");
        Assert.Equal(default, secret.ParentSpanId);
        Assert.Equal((ActivityStatusCode.Error, "it needs a password"), (secret.Status, secret.StatusDescription));
        Assert.Equal("encrypted", secret.GetTagItem("error.type"));
        Assert.Equal("encrypted", spans.Single("read").GetTagItem("cis.outcome"));
        Activity fetch = spans.All("fetch").Single(span => span.GetTagItem("aws.s3.key") is "gone.pdf");
        Assert.Equal((ActivityStatusCode.Error, "object-missing"), (fetch.Status, fetch.GetTagItem("error.type")));
        Assert.Contains(worker.Log.Traces, line => line == (201, secret.TraceId.ToHexString()));
    }

    [Fact]
    public async Task Lines_about_a_message_carry_its_trace_whether_anybody_listens_or_not()
    {
        await using WorkerHarness worker = WithBatchesOf(1);
        worker.Send("a.pdf", traceHeader: Header);
        worker.Send("b.pdf");

        await RunAsync(worker);

        Assert.All(
            [201, 208, 209, 210, 212],
            id =>
                Assert.Equal(
                    [null, TraceId],
                    worker.Log.Traces.Where(line => line.Id == id).Select(line => line.TraceId).Order()
                )
        );
        Assert.All(worker.Log.Traces.Where(line => line.Id is 100 or 103 or 213), line => Assert.Null(line.TraceId));
        Assert.Contains(worker.Log.Traces, line => line.Id == 213);
    }

    [Fact]
    public async Task A_message_that_others_have_now_is_told_with_its_trace()
    {
        await using var worker = new WorkerHarness();
        using var open = new ManualResetEventSlim();
        worker.OnRead = (_, token) => open.Wait(token);
        worker.Send("a.pdf", traceHeader: Header);
        worker.Queue.Intercept = (call, _) =>
            call == "visibility" ? new EntryResult(EntryStatus.Gone, "it is gone") : null;

        worker.Start();
        await worker.UntilAsync(() => worker.Log.Lines.Any(line => line.Id == 202));
        open.Set();

        Assert.Contains(worker.Log.Traces, line => line == (202, TraceId));
        worker.Queue.Intercept = (_, _) => null;
        await worker.EndAsync();
    }

    [Fact]
    public void Where_nobody_listens_spans_take_no_memory()
    {
        QueueMessage message = Flight.Message("id");
        var queue = new QueueIdentity("aws_sqs", "files");
        var file = new ObjectReference("bucket", "key");
        var result = new FileResult(Outcome.Ok);
        var log = new LogList();
        Pass();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Pass();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Pass()
        {
            ActivityContext parent = TraceParent.Of(message);
            using Activity? span = WorkerTraces.StartMessage(message, queue, parent);
            using IDisposable? lines = TraceScope.Begin(log, parent);
            using Activity? fetch = WorkerTraces.StartFetch(file);
            using Activity? read = WorkerTraces.StartRead(file);
            using Activity? index = WorkerTraces.StartIndex(file);
            using Activity? bulk = WorkerTraces.StartBulk([]);
            WorkerTraces.Indexed(index, IndexResult.Indexed);
            WorkerTraces.Ended(span, result);
        }
    }

    private static WorkerHarness WithBatchesOf(int documents) =>
        new(
            new WorkerOptions
            {
                DefaultBucket = "bucket",
                WorkerVersion = "1.2.3",
                BulkDocuments = documents,
            }
        );

    private static async Task RunAsync(WorkerHarness worker)
    {
        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.EndAsync();
    }

    /// <summary>The spans that have ended.</summary>
    private sealed class SpanList : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _spans = new();
        private readonly ActivityListener _listener;

        internal SpanList()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "cis",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = _spans.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        internal Activity[] All(string name) => [.. _spans.Where(span => span.OperationName == name)];

        internal Activity Single(string name) => Assert.Single(All(name));

        public void Dispose() => _listener.Dispose();
    }
}

using System.Net;
using System.Text;
using Cis.Aws.Enqueueing;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests;

/// <summary>Bytes on the wire with some of them changed, read by the SDK first: only faults that are declared come out.</summary>
public sealed class HostileWireTests : IAsyncLifetime
{
    private const int Each = 100;

    private const string Refusal = """
        <?xml version="1.0" encoding="UTF-8"?><Error><Code>PermanentRedirect</Code><Message>no</Message>
        <Endpoint>bucket.s3.eu-west-1.amazonaws.com</Endpoint><Region>eu-west-1</Region><RequestId>1</RequestId></Error>
        """;

    private const string Listing = """
        <?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Name>b</Name><Prefix>p</Prefix><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
        <Contents><Key>a.pdf</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;e&quot;</ETag>
        <Size>7</Size><StorageClass>STANDARD</StorageClass></Contents><Contents><Key>b.pdf</Key><Size>9</Size></Contents>
        </ListBucketResult>
        """;

    private const string Received = """
        {"Messages":[{"MessageId":"1","ReceiptHandle":"r","MD5OfBody":"900150983cd24fb0d6963f7d28e17f72","Body":"abc",
        "Attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1700000000000","MessageGroupId":"g"},
        "MessageAttributes":{"k":{"DataType":"String","StringValue":"v"},"b":{"DataType":"Binary","BinaryValue":"AQID"}}}]}
        """;

    private const string Batch = """
        {"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"900150983cd24fb0d6963f7d28e17f72"}],
        "Failed":[{"Id":"1","Code":"InternalError","Message":"no","SenderFault":false}]}
        """;

    private const string Attributes = """{"Attributes":{"ApproximateNumberOfMessagesNotVisible":"12"}}""";

    private const string SqsRefusal = """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}""";

    private static readonly int[] Statuses = [200, 204, 301, 307, 400, 403, 404, 409, 412, 416, 429, 500, 503];

    private readonly Random _random = new(12);
    private readonly LoopbackServer _server;
    private readonly AwsClients _clients;
    private (int Status, string Body) _answer;
    private string? _etag;

    public HostileWireTests()
    {
        _server = new LoopbackServer(AnswerAsync);
        _clients = LoopbackClients.Of(_server);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_refusal_of_an_object_is_the_messages_or_the_stores()
    {
        var store = new S3ObjectStore(_clients, new DownloadOptions());
        string target = Path.GetTempFileName();
        try
        {
            await EachAsync(
                Refusal,
                () => Statuses[_random.Next(2, Statuses.Length)],
                () => store.FetchAsync(new("bucket", "key"), target, (_, _) => ValueTask.CompletedTask, Stop)
            );
        }
        finally
        {
            File.Delete(target);
        }
    }

    [Fact]
    public Task A_listing_is_of_objects_or_cannot_be_read() =>
        EachAsync(Listing, () => 200, () => ListAsync(EnqueueSource.Parse("s3://b/p", _clients, defaultBucket: null)));

    [Theory]
    [InlineData("<IsTruncated>true</IsTruncated>")]
    [InlineData("<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>")]
    public async Task A_listing_that_says_there_is_more_and_never_ends_is_a_fault_of_the_store(string more)
    {
        _answer = (200, Listing.Replace("<IsTruncated>false</IsTruncated>", more, StringComparison.Ordinal));
        var source = EnqueueSource.Parse("s3://b/p", _clients, defaultBucket: null);

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() => ListAsync(source));

        Assert.Contains("s3://b/p", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Received)]
    [InlineData(SqsRefusal)]
    public Task Messages_are_received_or_the_queue_is_at_fault(string answer) =>
        EachAsync(
            answer,
            StatusOf(answer),
            async () =>
            {
                foreach (QueueMessage message in await Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.Zero, Stop))
                {
                    Assert.NotNull(message.Body);
                    Assert.All(message.Attributes, attribute => Assert.NotNull(attribute.Value));
                }
            }
        );

    [Fact]
    public async Task A_message_without_a_body_is_a_fault_of_the_queue()
    {
        _answer = (200, """{"Messages":[{"MD5OfBody":"900150983cd24fb0d6963f7d28e17f72","ReceiptHandle":"r"}]}""");

        await Assert.ThrowsAsync<TransientException>(() => Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.Zero, Stop));
    }

    [Fact]
    public async Task An_etag_of_no_whole_bytes_is_a_fault_of_the_store()
    {
        (_answer, _etag) = ((200, "content"), "\"e\"");
        var store = new S3ObjectStore(_clients, new DownloadOptions());
        string target = Path.GetTempFileName();
        try
        {
            await Assert.ThrowsAsync<TransientException>(() =>
                store.FetchAsync(new("bucket", "key"), target, (_, _) => ValueTask.CompletedTask, Stop)
            );
        }
        finally
        {
            File.Delete(target);
        }
    }

    [Fact]
    public Task A_count_of_messages_in_flight_is_a_number_or_the_queue_is_at_fault() =>
        EachAsync(
            Attributes,
            () => 200,
            async () => Assert.InRange(await Queue.CountInFlightAsync(Stop), 0, int.MaxValue)
        );

    [Fact]
    public async Task Whatever_answers_a_batch_each_entry_has_a_result_or_the_queue_is_at_fault()
    {
        string[] two = ["a", "b"];
        var sender = new SqsSender(_clients.Sqs, QueueUrl);
        await EachAsync(Batch, () => 200, () => TwoAsync(Queue.DeleteAsync(two, Stop)));
        await EachAsync(
            Batch,
            () => 200,
            () =>
                TwoAsync(
                    Queue.ChangeVisibilityAsync(Array.ConvertAll(two, one => new VisibilityChange(one, default)), Stop)
                )
        );
        await EachAsync(
            Batch,
            () => 200,
            () => TwoAsync(sender.SendAsync(Array.ConvertAll(two, one => new OutgoingMessage(one, [], ("", ""))), Stop))
        );
    }

    [Theory]
    [InlineData("""{"Successful":""}],"Failed":[]}""")]
    [InlineData("""{"Successful":[{"Id":"0"}""")]
    [InlineData("""{"Successful":"x"}""")]
    [InlineData("""{"Successful":{}}""")]
    [InlineData("""{"Successful":7,"Failed":[]}""")]
    [InlineData("""{"Successful":["x"]}""")]
    [InlineData("""{"Successful":[["x"]]}""")]
    [InlineData("""{"Successful":[[]]}""")]
    [InlineData("""{"Successful":[null]}""")]
    [InlineData("""{"Successful":null}""")]
    [InlineData("""{"Successful":[{"Id":["x"]}]}""")]
    [InlineData("""{"Successful":[{"Id":{"x":1}}]}""")]
    [InlineData("""{"Messages":true}""")]
    [InlineData("""{"Messages":[7]}""")]
    [InlineData("""{"Messages":[{"Attributes":"x"}]}""")]
    [InlineData("""{"Messages":[{"Attributes":[]}]}""")]
    [InlineData("""{"Messages":[{"Attributes":{"x":{}}}]}""")]
    [InlineData("""{"Messages":[{"Attributes":{"x":[1,2]}}]}""")]
    [InlineData("""{"Messages":[{"MessageAttributes":7}]}""")]
    [InlineData("""{"Messages":[{"MessageAttributes":{"x":7}}]}""")]
    [InlineData("""{"Messages":[{"MessageAttributes":{"x":[]}}]}""")]
    [InlineData("""{"Messages":[{"MessageAttributes":{"x":{"StringListValues":"x"}}}]}""")]
    [InlineData("""{"Messages":[{"MessageAttributes":{"x":{"BinaryListValues":{}}}}]}""")]
    [InlineData("""{"Attributes":"x"}""")]
    [InlineData("""{"Attributes":["x"]}""")]
    [InlineData("""{"Attributes":{"x":{}}}""")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("{}{}")]
    [InlineData("<html>")]
    public async Task An_answer_of_another_form_ends_the_call(string answer)
    {
        _answer = (200, answer);
        Func<Task>[] calls =
        [
            () => Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.Zero, Stop),
            () => Queue.CountInFlightAsync(Stop),
            () => Queue.ReceivesAllowedAsync(Stop),
            () => TwoAsync(Queue.DeleteAsync(["a", "b"], Stop)),
        ];
        foreach (Func<Task> call in calls)
        {
            Exception? fault = await FaultOfAsync(call);
            Assert.True(fault is null or TransientException, $"{answer}\n{fault}");
        }
    }

    private static async Task TwoAsync(Task<IReadOnlyList<EntryResult>> call) => Assert.Equal(2, (await call).Count);

    // The SDK's parser, once it goes round forever, hears of no token.
    private static ValueTask<Exception?> FaultOfAsync(Func<Task> call) =>
        Record.ExceptionAsync(() => Task.Run(call, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop));

    private string QueueUrl => new Uri(_server.Url, "1/queue").AbsoluteUri;

    private SqsQueue Queue => new(_clients, QueueUrl, deadLetterUrl: null);

    private Func<int> StatusOf(string answer) =>
        answer == SqsRefusal ? () => Statuses[_random.Next(4, Statuses.Length)] : () => 200;

    private async Task EachAsync(string original, Func<int> status, Func<Task> call)
    {
        foreach (string answer in Mutations.Of(original, Each))
        {
            _answer = (status(), answer);
            Exception? fault = await FaultOfAsync(call);
            Assert.True(fault is null or ReadException or TransientException, $"{_answer}\n{fault}");
        }
    }

    private static async Task ListAsync(EnqueueSource source)
    {
        await foreach (EnqueueEntry entry in source.ReadAsync(after: null, Stop))
        {
            Assert.NotEqual("", entry.Reference.Key);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        // What was sent is read, or the connection cannot be used again.
        await context.Request.InputStream.CopyToAsync(Stream.Null);
        byte[] body = Encoding.UTF8.GetBytes(_answer.Body);
        context.Response.StatusCode = _answer.Status;
        context.Response.ContentType = body is not [(byte)'<', ..] ? "application/x-amz-json-1.0" : "application/xml";
        if (_etag is not null)
        {
            context.Response.Headers["ETag"] = _etag;
        }

        if (_answer.Status != 204)
        {
            await context.Response.OutputStream.WriteAsync(body);
        }

        context.Response.Close();
    }
}

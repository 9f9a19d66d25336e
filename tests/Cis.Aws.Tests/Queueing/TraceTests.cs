using System.Text;
using System.Text.Json;
using Amazon.SQS.Model;
using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

public sealed class FauxqsTraceTests(FauxqsServer server) : TraceTests(server), IClassFixture<FauxqsServer>;

public sealed class ElasticMqTraceTests(ElasticMqServer server) : TraceTests(server), IClassFixture<ElasticMqServer>
{
    private const string Header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    // fauxqs knows none of SQS's own attributes for sending.
    [Fact]
    public async Task The_header_of_XRay_goes_with_a_message_to_the_dead_letters_and_back()
    {
        var sent = new SendMessageRequest
        {
            MessageBody = "traced",
            MessageSystemAttributes = new()
            {
                ["AWSTraceHeader"] = new() { DataType = "String", StringValue = Header },
            },
        };

        (QueueMessage received, QueueMessage back) = await ThereAndBackAsync(sent);

        Assert.Equal((Header, Header), (received.TraceHeader, back.TraceHeader));
    }
}

/// <summary>The trace that a message belongs to goes with it, also to the dead letters and back.</summary>
public abstract class TraceTests(CloudServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_traceparent_goes_with_a_message_to_the_dead_letters_and_back()
    {
        const string Parent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
        var sent = new SendMessageRequest
        {
            MessageBody = "traced",
            MessageAttributes = new()
            {
                ["traceparent"] = new() { DataType = "String", StringValue = Parent },
            },
        };

        (QueueMessage received, QueueMessage back) = await ThereAndBackAsync(sent);

        Assert.Equal((Parent, Parent), (received.Attributes["traceparent"], back.Attributes["traceparent"]));
        Assert.Null(back.TraceHeader);
    }

    protected async Task<(QueueMessage Received, QueueMessage Back)> ThereAndBackAsync(SendMessageRequest request)
    {
        TestQueue queue = await TestQueue.CreateAsync(server);
        request.QueueUrl = queue.Url;
        await server.Sqs.SendMessageAsync(request, Stop);
        QueueMessage message = Assert.Single(await queue.ReceiveAsync());
        Assert.True(await queue.Queue.DeadLetterAsync(message, Outcome.Corrupt, "it is", Stop));
        await queue.Queue.DeleteAsync([message.Receipt], Stop);
        SqsDeadLetters? letters = await SqsDeadLetters.OpenAsync(
            server.Clients,
            queue.Url,
            deadLetterUrl: null,
            TimeProvider.System,
            Stop
        );
        Assert.Equal(1, await letters!.RedriveAsync(new() { Outcome = Outcome.Corrupt }, progress: null, Stop));
        return (message, Assert.Single(await queue.ReceiveAsync()));
    }
}

/// <summary>What of a trace is asked for, and sent.</summary>
public sealed class TraceRequestTests : IAsyncLifetime
{
    private readonly LoopbackServer _server;
    private readonly AwsClients _clients;
    private readonly List<JsonElement> _requests = [];
    private string _answer = "{}";

    public TraceRequestTests()
    {
        _server = new LoopbackServer(async context =>
        {
            using JsonDocument request = await JsonDocument.ParseAsync(context.Request.InputStream);
            _requests.Add(request.RootElement.Clone());
            context.Response.ContentType = "application/x-amz-json-1.0";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(_answer));
            context.Response.Close();
        });
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
    public async Task A_receive_asks_for_both_headers()
    {
        await Queue().ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(60), Stop);

        JsonElement request = Assert.Single(_requests);
        Assert.Contains("AWSTraceHeader", Texts(request.GetProperty("MessageSystemAttributeNames")));
        Assert.Contains(Texts(request.GetProperty("MessageAttributeNames")), name => name is "All" or "traceparent");
        Assert.Equal(new QueueIdentity("aws_sqs", "files"), Queue().Identity);
    }

    [Fact]
    public async Task A_message_has_the_header_that_came_with_it()
    {
        _answer = """
            {"Messages":[{"MessageId":"1","ReceiptHandle":"r","MD5OfBody":"900150983cd24fb0d6963f7d28e17f72","Body":"abc",
            "Attributes":{"AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793"}}]}
            """;

        QueueMessage message = Assert.Single(
            await Queue().ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(60), Stop)
        );

        Assert.Equal("Root=1-5759e988-bd862e3fe1be46a994272793", message.TraceHeader);
    }

    [Theory]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", true)]
    [InlineData("it is none", false)]
    [InlineData(null, false)]
    public async Task A_dead_letter_has_the_header_that_SQS_would_take_and_no_other(string? header, bool isSent)
    {
        await DeadLetterAsync(Message(header, attributes: 0));

        JsonElement request = Assert.Single(_requests);
        Assert.Equal(isSent, request.TryGetProperty("MessageSystemAttributes", out JsonElement sent));
        Assert.True(!isSent || sent.GetProperty("AWSTraceHeader").GetProperty("StringValue").GetString() == header);
    }

    [Fact]
    public async Task Where_there_is_no_room_for_all_attributes_the_trace_is_one_that_stays()
    {
        await DeadLetterAsync(Message(header: null, attributes: 9));

        JsonElement sent = Assert.Single(_requests).GetProperty("MessageAttributes");
        Assert.Equal(10, sent.EnumerateObject().Count());
        Assert.Equal("parent", sent.GetProperty("traceparent").GetProperty("StringValue").GetString());
        Assert.True(sent.TryGetProperty("cis-outcome", out _));
    }

    private SqsQueue Queue() =>
        new(_clients, new Uri(_server.Url, "1/files").AbsoluteUri, new Uri(_server.Url, "1/dead").AbsoluteUri);

    private async Task DeadLetterAsync(QueueMessage message)
    {
        try
        {
            await Queue().DeadLetterAsync(message, Outcome.Corrupt, "it is", Stop);
        }
        catch (TransientException)
        {
            // The answer is none of SQS's.
        }
    }

    // The trace comes last, as what is added on the way does.
    private static QueueMessage Message(string? header, int attributes)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < attributes; i++)
        {
            all.Add($"a{i}", "value");
        }

        all.Add("traceparent", "parent");
        return new QueueMessage("id", "receipt", "body", 1, DateTimeOffset.UnixEpoch, all) { TraceHeader = header };
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}

using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS.Model;
using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

public sealed class FauxqsTraceTests(FauxqsServer server) : TraceTests(server), IClassFixture<FauxqsServer>;

public sealed class ElasticMqTraceTests(ElasticMqServer server) : TraceTests(server), IClassFixture<ElasticMqServer>;

/// <summary>The trace that a message belongs to goes with it, also to the dead letters and back.</summary>
public abstract class TraceTests(CloudServer server)
{
    private const string Header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    private const string Parent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_keeps_its_trace_to_the_dead_letters_and_back()
    {
        TestQueue queue = await TestQueue.CreateAsync(server);
        await server.Sqs.SendMessageAsync(
            new SendMessageRequest(queue.Url, "traced")
            {
                MessageAttributes = new()
                {
                    ["traceparent"] = new() { DataType = "String", StringValue = Parent },
                },
                MessageSystemAttributes = new()
                {
                    ["AWSTraceHeader"] = new() { DataType = "String", StringValue = Header },
                },
            },
            Stop
        );

        QueueMessage message = Assert.Single(await queue.ReceiveAsync());
        Assert.Equal((Header, Parent), (message.TraceHeader, message.Attributes["traceparent"]));

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

        QueueMessage back = Assert.Single(await queue.ReceiveAsync());
        Assert.Equal((Header, Parent), (back.TraceHeader, back.Attributes["traceparent"]));
    }

    [Fact]
    public async Task A_message_without_a_trace_has_none()
    {
        TestQueue queue = await TestQueue.CreateAsync(server);
        await queue.SendAsync("plain");

        QueueMessage message = Assert.Single(await queue.ReceiveAsync());

        Assert.Null(message.TraceHeader);
        Assert.True(await queue.Queue.DeadLetterAsync(message, Outcome.Corrupt, "it is", Stop));
    }
}

/// <summary>What of a trace is asked for, and sent.</summary>
public sealed class TraceRequestTests : IAsyncLifetime
{
    private readonly LoopbackServer _server;
    private readonly AwsClients _clients;
    private readonly List<JsonElement> _requests = [];

    public TraceRequestTests()
    {
        _server = new LoopbackServer(async context =>
        {
            using JsonDocument request = await JsonDocument.ParseAsync(context.Request.InputStream);
            _requests.Add(request.RootElement.Clone());
            context.Response.ContentType = "application/x-amz-json-1.0";
            await context.Response.OutputStream.WriteAsync("{}"u8.ToArray());
            context.Response.Close();
        });
        _clients = new AwsClients(new AwsOptions("us-east-1", _server.Url, _server.Url))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };
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

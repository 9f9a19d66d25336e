using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

/// <summary>A queue counts attributes to a message's length: beside the longest body there is room for few, or none.</summary>
public sealed class LongMessageTests : IAsyncDisposable
{
    // The MD5 of the body, which the SDK looks at.
    private const string BodyDigest = "d84a935724eac27d7c9676679b6cdbaf";

    private readonly LoopbackServer _server;
    private readonly AwsClients _clients;
    private int _limit;
    private JsonElement _sent;
    private int _requests;

    public LongMessageTests()
    {
        _server = new LoopbackServer(AnswerAsync);
        _clients = new AwsClients(new AwsOptions("us-east-1", _server.Url))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(1000, new[] { "cis-outcome", "cis-reason", "cis-receive-count" }, 1)]
    [InlineData(140, new[] { "cis-outcome" }, 2)]
    [InlineData(100, new string[0], 3)]
    public async Task A_dead_letter_says_as_much_as_there_is_room_for(int limit, string[] attributes, int requests)
    {
        _limit = limit;

        Assert.True(await BuryAsync());

        JsonElement sent = _sent.TryGetProperty("MessageAttributes", out JsonElement found) ? found : default;
        string[] names =
            sent.ValueKind == JsonValueKind.Object ? [.. sent.EnumerateObject().Select(pair => pair.Name)] : [];
        Assert.Equal(attributes, names.Order(StringComparer.Ordinal));
        Assert.Equal(requests, _requests);
    }

    [Fact]
    public async Task What_the_queue_takes_in_no_form_is_its_fault_and_not_sent_for_ever()
    {
        _limit = 10;

        TransientException fault = await Assert.ThrowsAsync<TransientException>(BuryAsync);

        Assert.Equal((Dependency.Queue, 3), (fault.Dependency, _requests));
    }

    private Task<bool> BuryAsync()
    {
        string url = new Uri(_server.Url, "1/queue").AbsoluteUri;
        var message = new QueueMessage(
            "1",
            "r",
            new string('b', 100),
            1,
            DateTimeOffset.UnixEpoch,
            new SqsAttributes([])
        );
        return new SqsQueue(_clients, url, url + "-dead").DeadLetterAsync(
            message,
            Outcome.BadMessage,
            "as asked",
            TestContext.Current.CancellationToken
        );
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        _requests++;
        using var reader = new StreamReader(context.Request.InputStream);
        using var json = JsonDocument.Parse(await reader.ReadToEndAsync());
        _sent = json.RootElement.Clone();
        string body = _sent.GetProperty("MessageBody").GetString()!;
        int length = body.Length;
        if (_sent.TryGetProperty("MessageAttributes", out JsonElement attributes))
        {
            length += attributes
                .EnumerateObject()
                .Sum(pair =>
                    pair.Name.Length
                    + pair.Value.GetProperty("DataType").GetString()!.Length
                    + pair.Value.GetProperty("StringValue").GetString()!.Length
                );
        }

        bool isTaken = length <= _limit;
        context.Response.StatusCode = isTaken ? 200 : 400;
        context.Response.ContentType = "application/x-amz-json-1.0";
        context.Response.Headers["x-amzn-query-error"] = isTaken ? "" : "InvalidParameterValue;Sender";
        await context.Response.OutputStream.WriteAsync(
            Encoding.UTF8.GetBytes(
                isTaken
                    ? $$"""{"MessageId":"m","MD5OfMessageBody":"{{BodyDigest}}"}"""
                    : """{"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."}"""
            )
        );
        context.Response.Close();
    }
}

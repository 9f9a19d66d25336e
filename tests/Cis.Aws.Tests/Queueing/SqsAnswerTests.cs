using System.Net;
using System.Text;
using Amazon.Runtime;
using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

/// <summary>Answers in SQS's place that have no end, or none in time, or are none of SQS's.</summary>
public sealed class SqsAnswerTests : IAsyncLifetime
{
    private readonly LoopbackServer _server;
    private AwsClients _clients;
    private readonly TaskCompletionSource _over = new();
    private Func<HttpListenerResponse, Task> _answer = _ => Task.CompletedTask;

    public SqsAnswerTests()
    {
        _server = new LoopbackServer(AnswerAsync);
        _clients = Connect(answerTime: null);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SqsQueue Queue => new(_clients, new Uri(_server.Url, "1/queue").AbsoluteUri, deadLetterUrl: null);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _over.SetResult();
        _clients.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_body_that_stands_still_is_no_answer_in_time()
    {
        _clients.Dispose();
        _clients = Connect(TimeSpan.FromSeconds(2));
        _answer = async response =>
        {
            await WriteAsync(response, """{"Messages":[""");
            await _over.Task;
        };

        TransientException fault = await Assert.ThrowsAsync<TransientException>(ReceiveAsync);

        Assert.Contains("no answer in time", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_an_end_is_read_to_a_bound()
    {
        string spaces = new(' ', 1 << 20);
        _answer = async response =>
        {
            while (!_over.Task.IsCompleted)
            {
                await WriteAsync(response, spaces);
            }
        };

        TransientException fault = await Assert.ThrowsAsync<TransientException>(ReceiveAsync);

        Assert.Contains($"more than {SqsAnswer.MaxBytes} bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_is_no_json_is_told_by_its_status()
    {
        _answer = response =>
        {
            response.StatusCode = 403;
            return WriteAsync(response, "<html><body>Forbidden</body></html>");
        };

        TransientException fault = await Assert.ThrowsAsync<TransientException>(ReceiveAsync);

        Assert.Contains("(403)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_with_all_that_a_sender_may_name_are_received()
    {
        // The names of attributes are the sender's: also those of members of SQS's answers.
        _answer = response =>
            WriteAsync(
                response,
                """
                {"Messages":[{"MessageId":"1","ReceiptHandle":"r","MD5OfBody":"900150983cd24fb0d6963f7d28e17f72","Body":"abc",
                "Attributes":{"ApproximateReceiveCount":"2"},"Unheard":[{"of":[1]}],"MessageAttributes":{
                "Messages":{"DataType":"String","StringValue":"v"},"Successful":{"DataType":"String","StringValue":"w"},
                "Body":{"DataType":"Binary","BinaryValue":"AQID","StringListValues":[],"BinaryListValues":null}}}],"Failed":null}
                """
            );

        QueueMessage message = Assert.Single(await ReceiveAsync());

        Assert.Equal(("abc", 2), (message.Body, message.ReceiveCount));
        Assert.Equal("v", message.Attributes["Messages"]);
    }

    private AwsClients Connect(TimeSpan? answerTime) =>
        new(new AwsOptions("us-east-1", _server.Url, _server.Url) { AnswerTime = answerTime })
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };

    private Task<IReadOnlyList<QueueMessage>> ReceiveAsync() =>
        Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(60), Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);

    private static async Task WriteAsync(HttpListenerResponse response, string text)
    {
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await response.OutputStream.FlushAsync();
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        await context.Request.InputStream.CopyToAsync(Stream.Null);
        context.Response.ContentType = "application/x-amz-json-1.0";
        context.Response.SendChunked = true;
        await _answer(context.Response);
        context.Response.Close();
    }
}

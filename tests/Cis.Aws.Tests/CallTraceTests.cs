using System.Net;
using System.Text;
using Amazon.Runtime;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests;

/// <summary>What <c>-v</c> says of the requests of a command: each of them, in one form, and nothing secret.</summary>
public sealed class CallTraceTests : IAsyncLifetime
{
    private const string Secret = "wJalrXUtnFEMI";

    private readonly List<string> _lines = [];
    private readonly LoopbackServer _cloud;
    private (int Status, string Body) _answer = (200, "{}");

    public CallTraceTests() => _cloud = new LoopbackServer(AnswerAsync);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task A_request_to_SQS_is_told_with_queue_answer_and_time()
    {
        await LookAsync(look => look.AtQueueAsync($"{_cloud.Url}0/q", Stop));

        Assert.Matches($@"^SQS GetQueueAttributes {_cloud.Url}0/q: status 200 after \d+ ms$", Assert.Single(_lines));
    }

    [Fact]
    public async Task A_request_to_S3_is_told_with_bucket_answer_and_time()
    {
        _answer = (200, "<ListBucketResult></ListBucketResult>");

        await LookAsync(look => look.AtBucketAsync("files", Stop));

        Assert.Matches(@"^S3 ListObjectsV2 s3://files/: status 200 after \d+ ms$", Assert.Single(_lines));
    }

    [Fact]
    public async Task A_refusal_is_told_by_its_code_without_the_text_that_repeats_what_was_signed()
    {
        _answer = (
            403,
            $$"""{"__type":"SignatureDoesNotMatch","message":"should have been 'x-amz-security-token:{{Secret}}'"}"""
        );

        await Record.ExceptionAsync(() => LookAsync(look => look.AtQueueAsync($"{_cloud.Url}0/q", Stop)));

        Assert.Matches(
            $@"^SQS GetQueueAttributes {_cloud.Url}0/q: status 403 SignatureDoesNotMatch after \d+ ms$",
            Assert.Single(_lines)
        );
    }

    [Fact]
    public async Task Each_attempt_is_a_line_of_its_own()
    {
        _answer = (500, """{"__type":"InternalError","message":"as asked"}""");

        await Record.ExceptionAsync(() => LookAsync(look => look.AtQueueAsync($"{_cloud.Url}0/q", Stop), retries: 1));

        Assert.Equal(2, _lines.Count);
        Assert.All(_lines, line => Assert.Contains("status 500 InternalError", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_in_the_url_of_a_queue_is_left_out()
    {
        string url = $"{_cloud.Url}0/q".Replace("://", $"://me:{Secret}@", StringComparison.Ordinal);

        await Record.ExceptionAsync(() => LookAsync(look => look.AtQueueAsync(url, Stop)));

        Assert.NotEmpty(_lines);
        Assert.All(_lines, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_to_OpenSearch_is_told_alike_and_without_its_password()
    {
        using OpenSearchClient client = Connect(_cloud.Url.AbsoluteUri);

        await client.SendAsync(HttpMethod.Get, "files/_mapping", default, "application/json", Stop);

        Assert.Matches(
            $@"^OpenSearch GET {_cloud.Url.Authority}/files/_mapping: status 200, 2 bytes after \d+ ms$",
            Assert.Single(_lines)
        );
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_told_too()
    {
        string nowhere = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using OpenSearchClient client = Connect(nowhere);

        await Assert.ThrowsAsync<TransientException>(() =>
            client.SendAsync(HttpMethod.Get, "files", default, "application/json", Stop)
        );

        Assert.Matches(
            $@"^OpenSearch GET {new Uri(nowhere).Authority}/files: no answer \(.+\) after \d+ ms$",
            Assert.Single(_lines)
        );
    }

    [Fact]
    public async Task What_doctor_asks_besides_is_told()
    {
        using AwsClients clients = Clients(retries: 0);

        await Record.ExceptionAsync(() => new ServiceLook(clients).ClockOffsetAsync(TimeProvider.System, Stop));
        await new ServiceLook(clients).AnswersAsync(_cloud.Url, Stop);

        Assert.Collection(
            _lines,
            line => Assert.Matches($@"^SQS HEAD {_cloud.Url}: status 200 after \d+ ms$", line),
            line => Assert.Matches($@"^IMDS PUT {_cloud.Url}latest/api/token: status 200 after \d+ ms$", line)
        );
    }

    private OpenSearchClient Connect(string endpoint) =>
        new(
            new()
            {
                Endpoint = endpoint,
                Authentication = OpenSearchAuthentication.Basic,
                User = "me",
                Password = Secret,
            }
        )
        {
            Trace = _lines.Add,
        };

    private AwsClients Clients(int retries) =>
        new(new AwsOptions("us-east-1", _cloud.Url, _cloud.Url) { Retries = retries })
        {
            Credentials = new SessionAWSCredentials("ACCESS", Secret, Secret),
            Trace = _lines.Add,
        };

    private async Task LookAsync(Func<SetupLook, Task> look, int retries = 0)
    {
        using AwsClients clients = Clients(retries);
        using OpenSearchClient search = Connect(_cloud.Url.AbsoluteUri);
        await look(new SetupLook(clients, () => search));
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        byte[] body = Encoding.UTF8.GetBytes(_answer.Body);
        context.Response.StatusCode = _answer.Status;
        context.Response.ContentType = _answer.Body.StartsWith('{') ? "application/x-amz-json-1.0" : "application/xml";
        if (context.Request.HttpMethod != "HEAD")
        {
            await context.Response.OutputStream.WriteAsync(body);
        }

        context.Response.Close();
    }
}

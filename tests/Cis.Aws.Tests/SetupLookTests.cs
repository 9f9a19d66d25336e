using System.Net;
using System.Text;
using Amazon.Runtime;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Aws.Tests;

/// <summary>What a worker says of its setup at its start.</summary>
public sealed class SetupLookTests : IAsyncLifetime
{
    private readonly StubOpenSearch _search = new();
    private readonly LoopbackServer _cloud;
    private (int Status, string Body) _answer = (200, "{}");

    public SetupLookTests() => _cloud = new LoopbackServer(AnswerAsync);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _search.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _search.DisposeAsync();
    }

    [Theory]
    [InlineData(""","RedrivePolicy":"{\"maxReceiveCount\":\"3\"}" """, LogLevel.Information, "maxReceiveCount")]
    [InlineData(
        ""","RedrivePolicy":"{\"maxReceiveCount\":2}" """,
        LogLevel.Warning,
        "set maxReceiveCount to 3 or more"
    )]
    [InlineData("", LogLevel.Warning, "no redrive policy")]
    public async Task A_queue_is_told_with_its_policy(string policy, LogLevel level, string said)
    {
        _answer = (
            200,
            $$$"""
            {"Attributes":{"ApproximateNumberOfMessages":"12","ApproximateNumberOfMessagesNotVisible":"3",
            "VisibilityTimeout":"45"{{{policy}}}}}
            """
        );

        SetupFinding finding = await LookAsync(look => look.AtQueueAsync($"{_cloud.Url}0/q", Stop));

        Assert.Equal(level, finding.Level);
        Assert.Contains("12 messages and 3 in flight, visibility 45 s", finding.Text, StringComparison.Ordinal);
        Assert.Contains(said, $"{finding.Text}; {finding.Advice}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDeniedException", null)]
    [InlineData("QueueDoesNotExist", true)]
    public async Task A_queue_that_is_not_there_is_a_wrong_setting_and_one_that_may_not_be_seen_is_not(
        string code,
        bool? isWrongSetting
    )
    {
        _answer = (400, $$"""{"__type":"com.amazonaws.sqs#{{code}}","message":"as asked"}""");

        Exception? fault = await Record.ExceptionAsync(() =>
            LookAsync(look => look.AtQueueAsync($"{_cloud.Url}0/q", Stop))
        );

        Assert.Equal(isWrongSetting, (fault as TransientException)?.IsWrongSetting);
        Assert.NotEqual(true, (fault as TransientException)?.IsWorthRetrying);
    }

    [Theory]
    [InlineData("<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>", "can be listed")]
    [InlineData("<ListBucketResult></ListBucketResult>", "is empty")]
    public async Task A_bucket_is_told(string page, string said)
    {
        _answer = (200, page);

        SetupFinding finding = await LookAsync(look => look.AtBucketAsync("files", Stop));

        Assert.Equal(LogLevel.Information, finding.Level);
        Assert.Contains(said, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_a_wrong_setting()
    {
        _answer = (404, "<Error><Code>NoSuchBucket</Code><Message>as asked</Message></Error>");

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() =>
            LookAsync(look => look.AtBucketAsync("misspelt", Stop))
        );

        Assert.Equal((true, false), (fault.IsWrongSetting, fault.IsWorthRetrying));
        Assert.Contains("misspelt (s3-bucket)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_was_not_initialized_is_told_and_one_that_was_is_as_needed()
    {
        TransientException missing = await Assert.ThrowsAsync<TransientException>(() =>
            LookAsync(look => look.AtIndexAsync(Stop))
        );
        using OpenSearchClient client = await _search.MakeAsync("old");
        SetupFinding old = await LookAsync(look => look.AtIndexAsync(Stop), "old");
        using OpenSearchClient initialized = _search.Connect("files");
        await new IndexSetup(initialized).InitAsync(Stop);
        SetupFinding whole = await LookAsync(look => look.AtIndexAsync(Stop));

        Assert.Contains("cis index init", missing.Message, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, old.Level);
        Assert.Contains("no alias; cis index init was not run", old.Text, StringComparison.Ordinal);
        Assert.Equal(new SetupFinding(LogLevel.Information, "index files: is an alias, as needed"), whole);
    }

    private async Task<SetupFinding> LookAsync(Func<SetupLook, Task<SetupFinding>> look, string index = "files")
    {
        using var clients = new AwsClients(new AwsOptions("us-east-1", _cloud.Url, _cloud.Url))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };
        using OpenSearchClient search = _search.Connect(index);
        return await look(new SetupLook(clients, () => search));
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        byte[] body = Encoding.UTF8.GetBytes(_answer.Body);
        context.Response.StatusCode = _answer.Status;
        context.Response.ContentType = _answer.Body.StartsWith('{') ? "application/x-amz-json-1.0" : "application/xml";
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }
}

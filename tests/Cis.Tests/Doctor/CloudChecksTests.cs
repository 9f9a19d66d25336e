using Amazon.Runtime;
using Cis.Aws;
using Cis.Configuration;
using Cis.Doctor;

namespace Cis.Tests.Doctor;

/// <summary>Each check of a service, where it passes, where it warns and where it fails.</summary>
public sealed class CloudChecksTests : IAsyncDisposable
{
    private const string Account = "123456789012";

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StubAnswer> _answers = new(StringComparer.Ordinal);
    private readonly StubServices _services;
    private AWSCredentials _credentials = new BasicAWSCredentials("AKIAEXAMPLE", "SECRET");

    public CloudChecksTests()
    {
        _services = new StubServices(
            (operation, body) =>
                _answers.GetValueOrDefault(
                    operation + (body.Contains("/dead", StringComparison.Ordinal) ? " dead" : "")
                ) ?? new StubAnswer(404)
        );
        _variables["AWS_ENDPOINT_URL"] = _services.Url.AbsoluteUri;
        _variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = _services.Url.AbsoluteUri;
        _variables["AWS_REGION"] = "us-east-1";
        _variables["SQS_QUEUE_URL"] = $"{_services.Url}{Account}/cis";
        _variables["S3_BUCKET"] = "files";
        _variables["OPENSEARCH_ENDPOINT"] = _services.Url.AbsoluteUri;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task The_region_is_told_with_its_origin()
    {
        await ExpectAsync("region", CheckStatus.Pass, "us-east-1 (environment AWS_REGION)");
    }

    [Fact]
    public async Task A_region_that_nobody_has_set_is_a_warning_and_another_than_the_queue_s_fails()
    {
        _variables.Remove("AWS_REGION");
        _variables.Remove("AWS_ENDPOINT_URL");
        _variables.Remove("SQS_QUEUE_URL");
        await ExpectAsync("region", CheckStatus.Warn, "ap-northeast-1, because none is set", "set AWS_REGION");

        _variables["SQS_QUEUE_URL"] = $"https://sqs.us-east-1.amazonaws.com/{Account}/cis";
        await ExpectAsync("region", CheckStatus.Fail, "but queue-url is in us-east-1", "set AWS_REGION to us-east-1");
    }

    [Fact]
    public async Task Credentials_are_told_without_the_secret_and_those_that_nothing_renews_are_a_warning()
    {
        Finding lasting = await ExpectAsync("credentials", CheckStatus.Pass, "from a profile, key ...MPLE");
        _credentials = new SessionAWSCredentials("ASIAEXAMPLE", "SECRET", "TOKEN");
        Finding passing = await ExpectAsync("credentials", CheckStatus.Warn, "temporary: nothing renews them", "role");

        Assert.DoesNotContain("SECRET", lasting.Found + passing.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "Failed to resolve AWS credentials. The credential providers used: ...",
        "no AWS credentials were found"
    )]
    [InlineData("The role is not to be assumed.", "The role is not to be assumed.", "the instance's role")]
    public async Task Without_credentials_it_fails_with_the_reason(string why, string says, string advice = "")
    {
        _credentials = new NoCredentials(why);

        await ExpectAsync("credentials", CheckStatus.Fail, says, advice);
    }

    [Theory]
    [InlineData(0, CheckStatus.Pass, "")]
    [InlineData(20, CheckStatus.Pass, "")]
    [InlineData(60, CheckStatus.Warn, "let chronyd set it")]
    [InlineData(-60, CheckStatus.Warn, "let chronyd set it")]
    [InlineData(300, CheckStatus.Fail, "signed requests are refused")]
    [InlineData(-86_400, CheckStatus.Fail, "signed requests are refused")]
    public async Task A_clock_is_compared_with_the_service_s(int ahead, object status, string advice)
    {
        Answer("HEAD /", 200, date: DateTimeOffset.UtcNow.AddSeconds(-ahead));

        string says =
            ahead < 0 ? " s behind the service's"
            : ahead > 0 ? " s ahead of the service's"
            : " s ";
        await ExpectAsync("clock", (CheckStatus)status, says, advice);
    }

    [Fact]
    public async Task A_clock_that_can_be_compared_with_nothing_fails()
    {
        Answer("HEAD /", 200, date: DateTimeOffset.MinValue);
        await ExpectAsync("clock", CheckStatus.Fail, "its answer has no date", "the way to SQS");

        _variables["AWS_ENDPOINT_URL_SQS"] = "http://127.0.0.1:1";
        await ExpectAsync("clock", CheckStatus.Fail, "cannot be compared: http://127.0.0.1:1/: ", "the way to SQS");
    }

    [Theory]
    [InlineData("5", null, CheckStatus.Pass, "12 messages and 3 in flight", "")]
    [InlineData("1", null, CheckStatus.Warn, "becomes a dead letter", "set maxReceiveCount to 3 or more")]
    [InlineData(null, null, CheckStatus.Warn, "no redrive policy", "give the queue a redrive policy")]
    [InlineData("5", "13h", CheckStatus.Warn, "file-seconds allows a file more", "set file-seconds")]
    [InlineData("5", "0", CheckStatus.Warn, "file-seconds allows a file more", "set file-seconds")]
    public async Task A_queue_is_told(string? receives, string? fileSeconds, object status, string says, string advice)
    {
        AnswerQueue(receives);
        if (fileSeconds is not null)
        {
            _variables["CIS_FILE_SECONDS"] = fileSeconds;
        }

        await ExpectAsync("queue", (CheckStatus)status, says, advice);
    }

    [Theory]
    [InlineData("AccessDeniedException", CheckStatus.Warn, "cannot be looked at", "allow sqs:GetQueueAttributes")]
    [InlineData("QueueDoesNotExist", CheckStatus.Fail, "QueueDoesNotExist (400)", "check queue-url")]
    public async Task A_queue_that_may_not_be_seen_is_a_warning_and_one_that_is_not_there_fails(
        string code,
        object status,
        string says,
        string advice
    )
    {
        Answer("GetQueueAttributes", 400, $$"""{"__type":"com.amazonaws.sqs#{{code}}","message":"as asked"}""");

        await ExpectAsync("queue", (CheckStatus)status, says, advice);
    }

    [Fact]
    public async Task A_FIFO_queue_is_called_one()
    {
        _variables["SQS_QUEUE_URL"] += ".fifo";
        AnswerQueue("5");

        await ExpectAsync("queue", CheckStatus.Pass, "cis.fifo (FIFO): ");
    }

    [Fact]
    public async Task A_dead_letter_queue_is_found_by_the_redrive_policy_or_by_its_setting()
    {
        AnswerQueue("5");
        Answer("GetQueueUrl", 200, $$"""{"QueueUrl":"{{_services.Url}}{{Account}}/dead"}""");
        Answer("GetQueueAttributes dead", 200, """{"Attributes":{"ApproximateNumberOfMessages":"7"}}""");
        await ExpectAsync("dead-letters", CheckStatus.Pass, "/dead: 7 messages");

        _variables["CIS_DEAD_LETTER_QUEUE_URL"] = $"{_services.Url}{Account}/dead2";
        await ExpectAsync("dead-letters", CheckStatus.Pass, "/dead2: 7 messages");
    }

    [Fact]
    public async Task Without_a_dead_letter_queue_or_the_right_to_see_it_there_is_a_warning()
    {
        AnswerQueue(receives: null);
        await ExpectAsync("dead-letters", CheckStatus.Warn, "no dead-letter queue is known", "redrive policy");

        AnswerQueue("5");
        const string Denied = """{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"as asked"}""";
        Answer("GetQueueUrl", 400, Denied);
        await ExpectAsync("dead-letters", CheckStatus.Warn, "no dead-letter queue is known", "allow sqs:GetQueueUrl");

        Answer("GetQueueUrl", 200, $$"""{"QueueUrl":"{{_services.Url}}{{Account}}/dead"}""");
        Answer("GetQueueAttributes dead", 400, Denied);
        await ExpectAsync("dead-letters", CheckStatus.Warn, "/dead: cannot be looked at", "sqs:GetQueueAttributes");
    }

    [Fact]
    public async Task A_dead_letter_queue_that_is_not_there_fails()
    {
        AnswerQueue("5");
        Answer("GetQueueUrl", 400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"as asked"}""");

        await ExpectAsync("dead-letters", CheckStatus.Fail, "QueueDoesNotExist", "check dead-letter-queue-url");
    }

    [Theory]
    [InlineData("", "is the queue itself")]
    [InlineData("-dead.fifo", "one is a FIFO queue and the other is not")]
    public async Task A_dead_letter_queue_that_cannot_be_one_fails(string more, string says)
    {
        AnswerQueue("5");
        _variables["CIS_DEAD_LETTER_QUEUE_URL"] = _variables["SQS_QUEUE_URL"] + more;

        await ExpectAsync("dead-letters", CheckStatus.Fail, says, "set dead-letter-queue-url to another queue");
    }

    [Theory]
    [InlineData(200, "<ListBucketResult></ListBucketResult>", CheckStatus.Pass, "is empty", "")]
    [InlineData(
        403,
        "<Error><Code>AccessDenied</Code></Error>",
        CheckStatus.Warn,
        "may not be listed",
        "s3:ListBucket"
    )]
    [InlineData(404, "<Error><Code>NoSuchBucket</Code></Error>", CheckStatus.Fail, "files (s3-bucket)", "s3-bucket")]
    [InlineData(403, "<Error><Code>InvalidAccessKeyId</Code></Error>", CheckStatus.Fail, "InvalidAccessKeyId", "s3")]
    public async Task A_bucket_is_told(int code, string body, object status, string says, string advice)
    {
        Answer("GET /files", code, body);
        Answer("GET /files/", code, body);

        await ExpectAsync("bucket", (CheckStatus)status, says, advice);
    }

    [Fact]
    public async Task An_index_that_is_not_there_or_does_not_answer_fails_and_one_that_may_not_be_seen_is_a_warning()
    {
        await ExpectAsync("index", CheckStatus.Fail, "cis index init", "check opensearch-endpoint");

        Answer("GET /_alias/cis-files", 403, """{"error":"as asked"}""");
        await ExpectAsync("index", CheckStatus.Warn, "may not be looked at", "allow es:ESHttpGet");

        _variables["OPENSEARCH_ENDPOINT"] = "http://127.0.0.1:1";
        await ExpectAsync("index", CheckStatus.Fail, "127.0.0.1:1", "check opensearch-endpoint");
    }

    [Fact]
    public async Task An_index_without_the_fields_is_a_warning()
    {
        Answer("GET /_alias/cis-files", 200, """{"cis-files-1":{"aliases":{"cis-files":{}}}}""");
        Answer("GET /cis-files/_mapping", 200, """{"cis-files-1":{"mappings":{"properties":{}}}}""");

        await ExpectAsync("index", CheckStatus.Warn, "cis index init was not run on it", "run cis index diff");
    }

    [Theory]
    [InlineData(200, CheckStatus.Pass, "spot interruptions and scale-ins are noticed")]
    [InlineData(403, CheckStatus.Warn, "does not answer", "set the hop limit to 2")]
    public async Task The_metadata_service_is_asked_for_a_token(
        int code,
        object status,
        string says,
        string advice = ""
    )
    {
        Answer("PUT /latest/api/token", code, "TOKEN");

        await ExpectAsync("metadata", (CheckStatus)status, says, advice);
    }

    [Theory]
    [InlineData("CIS_DRAIN_ON_INTERRUPTION", "off", "drain-on-interruption is off")]
    [InlineData("AWS_EC2_METADATA_DISABLED", "true", "turned off (AWS_EC2_METADATA_DISABLED)")]
    public async Task A_metadata_service_that_is_not_wanted_is_not_asked(string variable, string value, string says)
    {
        _variables[variable] = value;

        await ExpectAsync("metadata", CheckStatus.Pass, says);
    }

    private void Answer(string operation, int status, string body = "", DateTimeOffset? date = null) =>
        _answers[operation] = new StubAnswer(status, body, date);

    private void AnswerQueue(string? receives)
    {
        string policy = receives is null
            ? ""
            : $$""","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:{{Account}}:dead\",\"maxReceiveCount\":{{receives}}}" """;
        Answer(
            "GetQueueAttributes",
            200,
            $$$"""
            {"Attributes":{"ApproximateNumberOfMessages":"12","ApproximateNumberOfMessagesNotVisible":"3",
            "VisibilityTimeout":"45"{{{policy}}}}}
            """
        );
    }

    private async Task<Finding> ExpectAsync(string name, CheckStatus status, string says, string advice = "")
    {
        var settings = SettingValues.Resolve(
            null,
            new Variables(_variables.GetValueOrDefault, _variables.Keys),
            _ => null
        );
        using var checks = new CloudChecks(
            settings,
            _variables.GetValueOrDefault,
            aws => new AwsClients(aws) { Credentials = _credentials },
            _ => { }
        );
        Finding? finding = null;
        await Examination.RunAsync(
            checks.All().Where(check => check.Name == name),
            found => finding = found,
            TestContext.Current.CancellationToken
        );
        Assert.NotNull(finding);
        Assert.Equal((status, name), (finding.Status, finding.Check));
        Assert.Contains(says, finding.Found, StringComparison.Ordinal);
        Assert.Contains(advice, finding.Advice ?? "", StringComparison.Ordinal);
        return finding;
    }

    private sealed class NoCredentials(string why) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new AmazonClientException(why);
    }
}

using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Cis.Aws.Identity;
using Cis.Aws.Indexing;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Identity;

/// <summary>What the chain of credentials fails with is the fault of the setup or of nobody, and never a message's.</summary>
public sealed class RoleFaultTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-roles-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Failures => [.. Kinds.Keys];

    private static readonly Dictionary<string, (Exception Thrown, bool MayPass)> Kinds = new(StringComparer.Ordinal)
    {
        ["a process fails"] = (new ProcessAWSCredentialException("Command returned non-zero exit value 1"), true),
        ["a token's file is gone"] = (new FileNotFoundException("token"), true),
        ["a token may not be read"] = (new UnauthorizedAccessException("token"), true),
        ["the SDK complains"] = (new InvalidOperationException("no token"), true),
        ["the SDK has a fault"] = (new NotSupportedException(), true),
        ["an answer has no keys"] = (new AmazonClientException("the answer of STS has no credentials"), true),
        ["an answer cannot be read"] = (new System.Text.Json.JsonException("<html>"), true),
        ["no answer in time"] = (new TaskCanceledException(), true),
        ["no keys at all"] = (new AmazonClientException("Failed to resolve AWS credentials"), false),
        ["STS denies"] = (Refusal(403, "AccessDenied"), false),
        ["STS knows no such provider"] = (Refusal(400, "InvalidIdentityToken"), false),
        ["STS knows no such role"] = (Refusal(400, "ACodeOfNoList"), false),
        ["a key of the source is gone"] = (Refusal(403, "InvalidClientTokenId"), false),
        ["a token has expired"] = (Refusal(400, "ExpiredTokenException"), true),
        ["the identity's provider is down"] = (Refusal(400, "IDPCommunicationError"), true),
        ["STS throttles"] = (Refusal(400, "Throttling"), true),
        ["STS has a fault"] = (Refusal(500, "InternalFailure"), true),
        ["STS is not there"] = (Refusal(503, "ServiceUnavailable"), true),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Without_keys_no_message_ends(string failure)
    {
        (Exception thrown, bool mayPass) = Kinds[failure];
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(404, "NoSuchKey"));
        using AwsClients clients = Connect(s3.Url, new ChainCredentials(() => new Failing(thrown)));

        // Named by the message, or by the setting.
        foreach (string? set in new[] { null, "another", "bucket" })
        {
            TransientException fault = await Assert.ThrowsAsync<TransientException>(() => FetchAsync(clients, set));
            Assert.Equal(
                (Dependency.Store, mayPass, false),
                (fault.Dependency, fault.IsWorthRetrying, fault.IsWrongSetting)
            );
        }

        var queue = new SqsQueue(clients, new Uri(s3.Url, "1/queue").AbsoluteUri, deadLetterUrl: null);
        TransientException receive = await Assert.ThrowsAsync<TransientException>(() =>
            queue.ReceiveAsync(1, TimeSpan.Zero, TimeSpan.FromMinutes(1), Stop)
        );
        Assert.Equal((Dependency.Queue, mayPass), (receive.Dependency, receive.IsWorthRetrying));
        using OpenSearchClient search = Search(s3.Url, clients.Credentials);
        TransientException bulk = await Assert.ThrowsAsync<TransientException>(() =>
            search.SendAsync(HttpMethod.Get, "", default, "", Stop)
        );
        Assert.Equal((Dependency.Index, mayPass), (bulk.Dependency, bulk.IsWorthRetrying));
        Assert.Equal(0, s3.Requests);
    }

    [Theory]
    [InlineData(200, "<html><body>please log in</body></html>", true)]
    [InlineData(200, "", true)]
    [InlineData(200, "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><Acc", true)]
    [InlineData(200, "<AssumeRoleWithWebIdentityResponse/>", true)]
    [InlineData(
        200,
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId/>"
            + "<SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken></Credentials>"
            + "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
        true
    )]
    [InlineData(200, "{\"AccessKeyId\":\"ASIA\"}", true)]
    [InlineData(503, "<html>Service Unavailable</html>", true)]
    [InlineData(500, "", true)]
    [InlineData(
        400,
        "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>old</Message></Error></ErrorResponse>",
        true
    )]
    [InlineData(
        403,
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
        false
    )]
    [InlineData(
        400,
        "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>no</Message></Error></ErrorResponse>",
        false
    )]
    [InlineData(404, "<html>Not here</html>", false)]
    public async Task Whatever_sts_answers_no_message_ends(int status, string body, bool mayPass)
    {
        await using var sts = new LoopbackServer(context => AnswerAsync(context, status, body));
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(404, "NoSuchKey"));
        using RoleCredentials role = WebIdentity(sts.Url);
        using AwsClients clients = Connect(s3.Url, new ChainCredentials(() => role));

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() => FetchAsync(clients, set: null));

        Assert.Equal((Dependency.Store, mayPass), (fault.Dependency, fault.IsWorthRetrying));
        Assert.Equal(0, s3.Requests);
    }

    [Fact]
    public async Task A_token_that_was_replaced_is_sent_with_the_next_question()
    {
        const string Good =
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"
            + "<SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
            + "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
        var asked = new List<string>();
        await using var sts = new LoopbackServer(async context =>
        {
            using var reader = new StreamReader(context.Request.InputStream);
            asked.Add(await reader.ReadToEndAsync());
            await AnswerAsync(context, 200, Good);
        });
        using RoleCredentials role = WebIdentity(sts.Url);

        Assert.Equal("ASIA", (await role.GetCredentialsAsync()).AccessKey);
        await File.WriteAllTextAsync(TokenFile, "second\n", Stop);
        role.Refuse();
        Assert.Equal("ASIA", (await role.GetCredentialsAsync()).AccessKey);
        // Not asked again within the pause that follows a question.
        Assert.Contains("WebIdentityToken=first&", Assert.Single(asked) + "&", StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(1.1), Stop);
        Assert.Equal("ASIA", (await role.GetCredentialsAsync()).AccessKey);

        Assert.Contains("WebIdentityToken=second&", asked[1] + "&", StringComparison.Ordinal);
    }

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    private RoleCredentials WebIdentity(Uri sts)
    {
        File.WriteAllText(TokenFile, "first\n");
        var config = new AmazonSecurityTokenServiceConfig { ServiceURL = sts.AbsoluteUri, MaxErrorRetry = 0 };
        return new RoleCredentials(
            "arn:aws:iam::123456789012:role/reader",
            () => RoleCredentials.AssumeAsync("arn:aws:iam::123456789012:role/reader", null, TokenFile, config),
            source: null,
            duration: null,
            TimeProvider.System
        );
    }

    private static async Task AnswerAsync(HttpListenerContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
    }

    private static AwsClients Connect(Uri url, AWSCredentials credentials) =>
        new(new AwsOptions("us-east-1", url, url)) { Credentials = credentials };

    private static OpenSearchClient Search(Uri url, AWSCredentials credentials) =>
        new(
            new OpenSearchOptions { Endpoint = url.AbsoluteUri, Authentication = OpenSearchAuthentication.Signature },
            credentials,
            TimeProvider.System
        );

    private Task<ObjectFacts> FetchAsync(AwsClients clients, string? set) =>
        new S3ObjectStore(clients, new DownloadOptions { Bucket = set }).FetchAsync(
            new("bucket", "key"),
            Path.Combine(_folder.FullName, "target"),
            (_, _) => ValueTask.CompletedTask,
            Stop
        );

    private static AmazonSecurityTokenServiceException Refusal(int status, string code) =>
        new("as asked", ErrorType.Unknown, code, "request", (HttpStatusCode)status);

    private sealed class Failing(Exception fault) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw fault;
    }
}

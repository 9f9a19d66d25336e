using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Answers as STS and as SSO's portal do, by who asks; as S3 with an empty bucket; and keeps who asked that. For the
/// program it is all of AWS (<c>AWS_ENDPOINT_URL</c>).
/// </summary>
internal sealed class IdentityStub : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    internal IdentityStub() => _server = new LoopbackServer(AnswerAsync);

    internal Uri Url => _server.Url;

    /// <summary>What was asked, and the key that it was signed with; none where a token says who asks.</summary>
    internal ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The keys that buckets were listed with, and the regions that was signed for.</summary>
    internal ConcurrentQueue<string> Listings { get; } = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        string body = await reader.ReadToEndAsync();
        // AWS4-HMAC-SHA256 Credential=KEY/20260101/REGION/s3/aws4_request, ...
        string[] signature = After(context.Request.Headers["Authorization"] ?? "", "Credential=").Split('/');
        string region = signature.Length > 2 ? signature[2] : "";
        string answer = Answer(context.Request, body, signature[0], region);
        context.Response.ContentType = answer.StartsWith('{') ? "application/json" : "text/xml";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        context.Response.Close();
    }

    private string Answer(HttpListenerRequest request, string body, string key, string region)
    {
        string path = request.Url!.AbsolutePath;
        if (path == "/federation/credentials")
        {
            string? account = request.QueryString["account_id"];
            Calls.Enqueue(
                $"sso {request.Headers["x-amz-sso_bearer_token"]} {account} {request.QueryString["role_name"]} {key}"
            );
            long end = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
            return $$"""
                {"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"S","sessionToken":"T","expiration":{{end}} } }
                """;
        }

        string role = After(body, "role%2F").Split('&')[0];
        if (role.Length > 0)
        {
            bool isWeb = body.Contains("Action=AssumeRoleWithWebIdentity", StringComparison.Ordinal);
            Calls.Enqueue($"{(isWeb ? "web" : "role")} {role} {key}");
            return Assumed(isWeb ? "AssumeRoleWithWebIdentity" : "AssumeRole", $"ASIA{role}");
        }

        if (path == "/container")
        {
            return $$"""
                {"AccessKeyId":"ASIACONTAINER","SecretAccessKey":"S","Token":"T",
                "Expiration":"{{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}
                """;
        }

        Listings.Enqueue($"{key} {region}");
        return "<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";
    }

    private static string After(string text, string mark)
    {
        int at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? "" : text[(at + mark.Length)..];
    }

    private static string Assumed(string action, string key) =>
        $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
            <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>
            <Expiration>{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}</Expiration>
            </Credentials></{action}Result></{action}Response>
            """;
}

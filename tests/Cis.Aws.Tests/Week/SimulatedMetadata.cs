using System.Net;
using System.Text;

namespace Cis.Aws.Tests.Week;

/// <summary>What the metadata service does to whoever asks.</summary>
internal enum MetadataFault
{
    None,
    Error,
    Page,
    Hangs,
    Resets,
    NoToken,
    BadToken,
    ForgetsTokens,
    NothingThere,
    Cut,
    ExpiredKeys,
    NoKeys,
}

/// <summary>An instance's metadata service, in memory: IMDSv2, the keys of a role, and notices.</summary>
internal sealed class SimulatedMetadata(SteppedTime time, Keyring keys) : HttpMessageHandler
{
    private const string Role = "worker";

    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(6);

    private readonly Dictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);

    internal MetadataFault Fault { get; set; }

    /// <summary>The instance is called back.</summary>
    internal bool HasNotice { get; set; }

    internal int Requests { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Requests++;
        string path = request.RequestUri!.AbsolutePath;
        return Fault switch
        {
            // What HttpClient makes of it after its two seconds.
            MetadataFault.Hangs => throw new TaskCanceledException("no answer", new TimeoutException()),
            MetadataFault.Resets => throw new HttpRequestException("connection reset"),
            MetadataFault.Error => Answer(500, "oops"),
            MetadataFault.Page => Answer(200, "<html>please log in</html>", "no-such-charset"),
            MetadataFault.NothingThere => Answer(404, ""),
            _ when request.Method == HttpMethod.Put => Token(),
            _ when !Knows(request) => Answer(401, ""),
            _ => Tell(path),
        };
    }

    private static Task<HttpResponseMessage> Answer(int status, string text, string charset = "utf-8")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", $"text/plain; charset={charset}");
        return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = content });
    }

    private Task<HttpResponseMessage> Token()
    {
        string token = $"T{_tokens.Count}";
        switch (Fault)
        {
            case MetadataFault.NoToken:
                return Answer(403, "");
            case MetadataFault.BadToken:
                return Answer(200, "not\na token");
            case MetadataFault.ForgetsTokens:
                return Answer(200, token);
            default:
                _tokens[token] = time.True + TokenLife;
                return Answer(200, token);
        }
    }

    private bool Knows(HttpRequestMessage request) =>
        Fault != MetadataFault.ForgetsTokens
        && request.Headers.TryGetValues("X-aws-ec2-metadata-token", out IEnumerable<string>? tokens)
        && _tokens.TryGetValue(tokens.Single(), out DateTimeOffset expiry)
        && time.True < expiry;

    private Task<HttpResponseMessage> Tell(string path) =>
        path switch
        {
            "/latest/meta-data/iam/security-credentials/" => Answer(200, $"{Role}\n"),
            "/latest/meta-data/iam/security-credentials/" + Role => TellKeys(),
            "/latest/meta-data/spot/instance-action" when HasNotice => Answer(
                200,
                """{"action":"terminate","time":"1970-01-08T00:00:00Z"}"""
            ),
            "/latest/meta-data/autoscaling/target-lifecycle-state" => Answer(200, "InService"),
            _ => Answer(404, ""),
        };

    private Task<HttpResponseMessage> TellKeys() =>
        Fault switch
        {
            MetadataFault.Cut => Answer(200, Keyring.Describe(keys.Newest)[..60]),
            MetadataFault.NoKeys => Answer(200, """{"Code":"AssumeRoleUnauthorizedAccess"}"""),
            MetadataFault.ExpiredKeys => Answer(200, Keyring.Describe(keys.Expired)),
            _ => Answer(200, Keyring.Describe(keys.Newest)),
        };
}

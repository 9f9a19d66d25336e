using System.Net;
using System.Text;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Hands out temporary credentials as a container's agent does (<c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c>), and as an
/// instance's metadata service does (IMDSv2, <c>AWS_EC2_METADATA_SERVICE_ENDPOINT</c>). The S3 server of shared/servers
/// takes them until the second that their token names.
/// </summary>
internal sealed class CredentialService : IAsyncDisposable
{
    private const string Role = "cis-role";

    private readonly LoopbackServer _server;
    private readonly TaskCompletionSource<DateTimeOffset> _first = new();
    private int _given;

    internal CredentialService() => _server = new LoopbackServer(AnswerAsync);

    internal Uri Url => _server.Url;

    /// <summary>How long what is given from now on is taken; negative for what has expired already.</summary>
    internal TimeSpan Lifetime { get; set; }

    /// <summary>How long it is said to be taken.</summary>
    internal TimeSpan Promised { get; set; }

    /// <summary>How often it was asked.</summary>
    internal int Given => _given;

    /// <summary>Completes when the server takes the first credentials no longer.</summary>
    internal async Task FirstEndedAsync()
    {
        DateTimeOffset end = await _first.Task;
        while (DateTimeOffset.UtcNow <= end.AddSeconds(1))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        if (Answer(context.Request) is { } answer)
        {
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        }
        else
        {
            context.Response.StatusCode = (int)HttpStatusCode.NotFound;
        }

        context.Response.Close();
    }

    // Nothing but the role: a notice that the machine is called back, too, is asked for here.
    private string? Answer(HttpListenerRequest request) =>
        request.Url!.AbsolutePath switch
        {
            "/latest/api/token" when request.HttpMethod == "PUT" => "session",
            var path when !path.StartsWith("/latest/", StringComparison.Ordinal) => Give(),
            _ when request.Headers["X-aws-ec2-metadata-token"] != "session" => "no session",
            var path when path.EndsWith(Role, StringComparison.Ordinal) => Give(),
            var path when path.Contains("/iam/", StringComparison.Ordinal) => Role,
            _ => null,
        };

    private string Give()
    {
        int number = Interlocked.Increment(ref _given);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _first.TrySetResult(now + Lifetime);
        return $$"""
            {
              "Code": "Success",
              "Type": "AWS-HMAC",
              "LastUpdated": "{{now:yyyy-MM-dd'T'HH:mm:ss'Z'}}",
              "AccessKeyId": "ASIA{{number:0000}}",
              "SecretAccessKey": "SECRET",
              "Token": "until-{{(now + Lifetime).ToUnixTimeSeconds()}}",
              "Expiration": "{{now + Promised:yyyy-MM-dd'T'HH:mm:ss'Z'}}"
            }
            """;
    }
}

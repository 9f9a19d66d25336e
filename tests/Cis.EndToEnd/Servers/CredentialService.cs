using System.Net;
using System.Text;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Hands out temporary credentials, as a container's or an instance's service does: for the URL that
/// <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c> names. The S3 server takes them until the second that their token names.
/// </summary>
internal sealed class CredentialService : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private int _given;

    internal CredentialService()
    {
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    internal Uri Url { get; }

    /// <summary>How long what is given from now on is taken; negative for what has expired already.</summary>
    internal TimeSpan Lifetime { get; set; }

    /// <summary>How long it is said to be taken.</summary>
    internal TimeSpan Promised { get; set; }

    /// <summary>How often it was asked.</summary>
    internal int Given => _given;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Give()));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Stopped, or whoever asked went away.
            }
        }
    }

    private string Give()
    {
        int number = Interlocked.Increment(ref _given);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return $$"""
            {
              "AccessKeyId": "ASIA{{number:0000}}",
              "SecretAccessKey": "SECRET",
              "Token": "until-{{(now + Lifetime).ToUnixTimeSeconds()}}",
              "Expiration": "{{now + Promised:yyyy-MM-dd'T'HH:mm:ss'Z'}}"
            }
            """;
    }
}

using System.Net;
using System.Text;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Hands out keys as a container's agent does (AWS_CONTAINER_CREDENTIALS_FULL_URI): temporary ones of the S3 server in
/// shared/servers, each with a short life.
/// </summary>
internal sealed class ContainerRole : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource<DateTimeOffset> _first = new();
    private readonly TimeSpan _life;
    private readonly Task _serving;
    private int _handedOut;

    public ContainerRole(TimeSpan life)
    {
        _life = life;
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
        FirstKeysEnded = WaitForEndAsync();
    }

    public Uri Url { get; }

    /// <summary>Completes when the server takes the first keys no longer.</summary>
    public Task FirstKeysEnded { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        _first.TrySetResult(DateTimeOffset.UtcNow);
        await _serving;
        _listener.Close();
    }

    private async Task WaitForEndAsync()
    {
        DateTimeOffset end = await _first.Task;
        while (DateTimeOffset.UtcNow <= end.AddSeconds(1))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                byte[] keys = Encoding.UTF8.GetBytes(NewKeys());
                await context.Response.OutputStream.WriteAsync(keys);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The end, or a client that has gone.
            }
        }
    }

    private string NewKeys()
    {
        // The server counts in whole seconds.
        long seconds = (DateTimeOffset.UtcNow + _life).ToUnixTimeSeconds();
        var end = DateTimeOffset.FromUnixTimeSeconds(seconds);
        _first.TrySetResult(end);
        return $$"""
            {"AccessKeyId":"ASIA{{Interlocked.Increment(ref _handedOut):0000}}","SecretAccessKey":"SECRET",
            "Token":"until-{{seconds}}","Expiration":"{{end:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}
            """;
    }
}

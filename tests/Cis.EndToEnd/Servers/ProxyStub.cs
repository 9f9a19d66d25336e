using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cis.EndToEnd.Servers;

/// <summary>A proxy that lets nobody through, and keeps where to they wanted: which of AWS's hosts a program speaks to.</summary>
internal sealed class ProxyStub : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    internal ProxyStub()
    {
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    internal Uri Url { get; }

    /// <summary>Hosts and ports, in the order that they were asked for.</summary>
    internal ConcurrentQueue<string> Hosts { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await RefuseAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task RefuseAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        // CONNECT sts.eu-central-1.amazonaws.com:443 HTTP/1.1
        if (await reader.ReadLineAsync() is { } line && line.StartsWith("CONNECT ", StringComparison.Ordinal))
        {
            Hosts.Enqueue(line.Split(' ')[1]);
        }

        while (await reader.ReadLineAsync() is { Length: > 0 }) { }
        await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
    }
}

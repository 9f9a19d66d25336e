using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cis.Worker.Monitoring;

/// <summary>
/// Answers <c>GET /metrics</c> on this machine's loopback address. Whoever connects is bounded in number, bytes and time;
/// he gets one answer.
/// </summary>
public sealed class MetricsEndpoint : IDisposable
{
    private const int MostConnections = 4;
    private const int MostRequestBytes = 8 << 10;

    private static readonly TimeSpan ConnectionTime = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly Func<string> _metrics;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _room = new(MostConnections);

    private MetricsEndpoint(TcpListener listener, Func<string> metrics)
    {
        _listener = listener;
        _metrics = metrics;
        _ = AcceptAsync();
    }

    /// <summary>Where it answers.</summary>
    public Uri Url => new($"http://{_listener.LocalEndpoint}/metrics");

    /// <summary>Begins to answer.</summary>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="metrics">Makes the text, each time.</param>
    /// <exception cref="SocketException">The port is taken, or not for this user.</exception>
    public static MetricsEndpoint Open(int port, Func<string> metrics)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start(MostConnections);
            return new MetricsEndpoint(listener, metrics);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _room.WaitAsync(_stop.Token);
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end of the worker.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        time.CancelAfter(ConnectionTime);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            string request = await ReadRequestAsync(stream, time.Token);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(AnswerTo(request)), time.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // He has gone, or was too slow.
        }
        finally
        {
            _room.Release();
        }
    }

    // Up to the empty line that ends its head; a body is nothing to us.
    private static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MostRequestBytes];
        int count = 0;
        while (count < buffer.Length && buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return Encoding.Latin1.GetString(buffer, 0, count);
    }

    private string AnswerTo(string request) =>
        request.Split('\n', 2)[0].Split(' ') switch
        {
            ["GET", "/metrics", ..] => Answer("200 OK", "text/plain; version=0.0.4; charset=utf-8", _metrics()),
            ["GET", ..] => Answer("404 Not Found", "text/plain", "There is /metrics.\n"),
            _ => Answer("405 Method Not Allowed", "text/plain", "There is GET /metrics.\n"),
        };

    private static string Answer(string status, string type, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
        + $"Connection: close\r\n\r\n{body}";
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Cis.Worker.Resilience;

namespace Cis.Worker.Monitoring;

/// <summary>What the endpoint serves, computed for each request.</summary>
/// <param name="Metrics">The text format of Prometheus: <c>/metrics</c>.</param>
/// <param name="Alive"><c>/healthz</c>.</param>
/// <param name="Ready"><c>/readyz</c>.</param>
public sealed record EndpointPages(Func<string> Metrics, Func<Health> Alive, Func<Health> Ready);

/// <summary>
/// Answers <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> on this machine's loopback address. Whoever connects is
/// bounded in number, bytes and time, and gets one answer.
/// </summary>
public sealed class MetricsEndpoint : IDisposable
{
    private const int MaxConnections = 4;
    private const int MaxRequestBytes = 8 << 10;

    private static readonly TimeSpan ConnectionTime = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly EndpointPages _pages;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _room = new(MaxConnections);

    private readonly Func<CancellationToken, ValueTask<Socket>> _accept;

    private MetricsEndpoint(
        TcpListener listener,
        EndpointPages pages,
        Supervisor supervisor,
        Func<TcpListener, CancellationToken, ValueTask<Socket>> accept
    )
    {
        _listener = listener;
        _accept = token => accept(listener, token);
        _pages = pages;
        _ = supervisor.RunAsync("metrics endpoint", AcceptAsync, _stop.Token);
    }

    /// <summary>The address that it listens on.</summary>
    public Uri Url => new($"http://{_listener.LocalEndpoint}/metrics");

    /// <summary>Starts listening.</summary>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="pages">What it answers.</param>
    /// <param name="supervisor">Keeps it answering.</param>
    /// <exception cref="SocketException">The port is taken, or not for this user.</exception>
    public static MetricsEndpoint Open(int port, EndpointPages pages, Supervisor supervisor) =>
        Open(port, pages, supervisor, static (listener, token) => listener.AcceptSocketAsync(token));

    /// <summary>Starts answering the connections that <paramref name="accept"/> returns.</summary>
    internal static MetricsEndpoint Open(
        int port,
        EndpointPages pages,
        Supervisor supervisor,
        Func<TcpListener, CancellationToken, ValueTask<Socket>> accept
    )
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start(MaxConnections);
            return new MetricsEndpoint(listener, pages, supervisor, accept);
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

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _room.WaitAsync(cancellationToken);
            try
            {
                _ = ServeAsync(await _accept(cancellationToken));
            }
            catch
            {
                _room.Release();
                throw;
            }
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
        byte[] buffer = new byte[MaxRequestBytes];
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

    private string AnswerTo(string request)
    {
        string[] words = request.Split('\n', 2)[0].Split(' ');
        bool isHead = words[0] == "HEAD";
        if (words.Length < 2 || (!isHead && words[0] != "GET"))
        {
            return Answer("405 Method Not Allowed", "text/plain", "There are GET and HEAD.\n");
        }

        string answer = Page(words[1].Split('?', 2)[0]);
        return isHead ? answer[..(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)] : answer;
    }

    private string Page(string path)
    {
        try
        {
            return path switch
            {
                "/metrics" => Answer("200 OK", "text/plain; version=0.0.4; charset=utf-8", _pages.Metrics()),
                "/healthz" => Answer(_pages.Alive()),
                "/readyz" => Answer(_pages.Ready()),
                _ => Answer("404 Not Found", "text/plain", "There are /metrics, /healthz and /readyz.\n"),
            };
        }
        catch (Exception e)
        {
            // What is shown is read from /proc and the file system: who asks is told, and asks again.
            return Answer("500 Internal Server Error", "text/plain", e.Message + "\n");
        }
    }

    private static string Answer(Health health) =>
        Answer(health.IsGood ? "200 OK" : "503 Service Unavailable", "text/plain", health.Text);

    private static string Answer(string status, string type, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
        + $"Connection: close\r\n\r\n{body}";
}

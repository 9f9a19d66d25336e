using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cis.Aws.Tests.Support;

/// <summary>What a <see cref="BrokenServer"/> does to whoever has sent it a request.</summary>
public enum Breakage
{
    /// <summary>Says nothing, on an open connection.</summary>
    Hangs,

    /// <summary>Resets the connection.</summary>
    Resets,

    /// <summary>Closes it in the middle of the answer.</summary>
    CutsTheAnswer,

    /// <summary>Answers with something that is no HTTP.</summary>
    TalksNonsense,

    /// <summary>Answers 200 with a page of HTML, as a proxy in between does.</summary>
    AnswersHtml,
}

/// <summary>A server that does not do what it is there for.</summary>
internal sealed class BrokenServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Breakage _breakage;
    private readonly Task _serving;
    private int _requests;

    public BrokenServer(Breakage breakage)
    {
        _breakage = breakage;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many connections it got.</summary>
    public int Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(BreakAsync(await _listener.AcceptSocketAsync(_stop.Token)));
                Interlocked.Increment(ref _requests);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task BreakAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await socket.ReceiveAsync(new byte[64 << 10], _stop.Token);
                await AnswerAsync(socket);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client has gone, or the test has.
            }
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        switch (_breakage)
        {
            case Breakage.Hangs:
                await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
                break;
            case Breakage.Resets:
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                break;
            case Breakage.CutsTheAnswer:
                await SendAsync(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\""
                );
                break;
            case Breakage.TalksNonsense:
                await SendAsync(socket, "SSH-2.0-OpenSSH_9.6\r\n");
                break;
            default:
                await SendAsync(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html></html>"
                );
                break;
        }
    }

    private async Task SendAsync(Socket socket, string text) =>
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cis.EndToEnd.Servers;

/// <summary>What toxiproxy does, as far as a <see cref="Line"/> needs it: bytes to and fro, until they are cut.</summary>
internal sealed class RelayLine : Line
{
    private readonly Uri _server;
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private TcpListener _listener;
    private Task _accepting;
    private int _cutAfter = int.MaxValue;
    private int _accepted;

    internal RelayLine(Uri server)
        : this(server, Listen(port: 0)) { }

    private RelayLine(Uri server, TcpListener listener)
        : base(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"))
    {
        _server = server;
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    internal override async Task BreakAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (Socket socket in _open.Keys)
        {
            Reset(socket);
        }
    }

    internal override Task CutAsync(int afterBytes)
    {
        Volatile.Write(ref _cutAfter, afterBytes);
        return Task.CompletedTask;
    }

    internal override Task MendAsync()
    {
        Volatile.Write(ref _cutAfter, int.MaxValue);
        if (_accepting.IsCompleted)
        {
            _listener = Listen(Url.Port);
            _accepting = AcceptAsync(_listener);
        }

        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await BreakAsync();
        _listener.Dispose();
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptSocketAsync();
                bool isEven = ++_accepted % 2 == 0;
                _ = RelayAsync(client, isEven ? Volatile.Read(ref _cutAfter) : int.MaxValue);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken.
        }
    }

    private async Task RelayAsync(Socket client, int cutAfter)
    {
        using Socket near = client;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _open[near] = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _server.Port);
            Task up = PumpAsync(near, far, int.MaxValue);
            await PumpAsync(far, near, cutAfter);
            await up;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two left, or was made to.
        }
        finally
        {
            _open.TryRemove(near, out _);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, int limit)
    {
        byte[] buffer = new byte[16 << 10];
        while (await from.ReceiveAsync(buffer) is var count and > 0)
        {
            await to.SendAsync(buffer.AsMemory(0, Math.Min(count, limit)));
            if ((limit -= count) <= 0)
            {
                Reset(to);
                Reset(from);
                return;
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    // No farewell: the other side sees "connection reset by peer".
    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}

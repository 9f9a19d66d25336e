using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Cis.Service;

/// <summary>
/// The service manager that supervises this process and wants to know its state: systemd with <c>Type=notify</c>. It
/// receives datagrams on the socket that <c>NOTIFY_SOCKET</c> names, as sd_notify(3) describes.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _address;

    private ServiceManager(string address, TimeSpan? watchdog)
    {
        // An @ represents the zero byte with which an abstract address begins.
        _address = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        Watchdog = watchdog;
        // A lost message is better than a worker that waits to send it.
        _socket.Blocking = false;
    }

    /// <summary>The time without a sign of life after which it ends this process; null if it does not.</summary>
    internal TimeSpan? Watchdog { get; }

    /// <summary>The service manager that the environment names.</summary>
    /// <param name="environment">A variable's value by its name.</param>
    /// <returns>Null if there is none.</returns>
    internal static ServiceManager? Open(Func<string, string?> environment)
    {
        string? address = environment(SocketVariable);
        // Other forms (vsock:) are for whole virtual machines.
        bool isSocket =
            address is ['/', _, ..] or ['@', _, ..] && Encoding.UTF8.GetByteCount(address) <= MostAddressBytes;
        return isSocket ? new ServiceManager(address!, WatchdogOf(environment)) : null;
    }

    /// <summary>The service has started.</summary>
    /// <param name="status">How it is, for a person.</param>
    internal void Ready(string status) => Send($"READY=1\n{Status(status)}");

    /// <summary>The service is about to end, and will not restart by itself.</summary>
    internal void Stopping() => Send($"STOPPING=1\n{Status("finishing what is in flight")}");

    /// <summary>The service is alive: restarts the watchdog's timer.</summary>
    /// <param name="status">How it is, for a person.</param>
    internal void Alive(string status) => Send($"WATCHDOG=1\n{Status(status)}");

    /// <summary>The service is not well: the watchdog's timer runs on.</summary>
    /// <param name="status">How it is, for a person.</param>
    internal void Unwell(string status) => Send(Status(status));

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // sun_path has 108 bytes, the last of them a zero.
    private const int MostAddressBytes = 107;

    private static string Status(string text) =>
        $"STATUS={text.TrimEnd('\n').Replace("\n", "; ", StringComparison.Ordinal)}";

    private static TimeSpan? WatchdogOf(Func<string, string?> environment)
    {
        string? process = environment(WatchdogProcessVariable);
        bool isForThis =
            string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool isSet = long.TryParse(
            environment(WatchdogVariable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long microseconds
        );
        return isForThis && isSet && microseconds is > 0 and < MostMicroseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
    }

    // A day. systemd says "never" by the largest number there is.
    private const long MostMicroseconds = 86_400_000_000;

    private void Send(string message)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), _address);
        }
        catch (SocketException)
        {
            // Its socket is full or gone. How it reacts to silence is up to it; the worker goes on.
        }
    }
}

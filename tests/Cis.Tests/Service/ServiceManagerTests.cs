using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cis.Service;
using Cis.Worker;
using Cis.Worker.Monitoring;

namespace Cis.Tests.Service;

/// <summary>What systemd hears, at a socket of the test's.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private const string Good = "1 in flight";

    private readonly TestHost _host = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ServiceManagerTests()
    {
        string path = _host.PathOf("notify");
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _variables["NOTIFY_SOCKET"] = path;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task It_hears_of_the_start_the_end_and_of_life_between_them()
    {
        using ServiceManager manager = Open()!;

        manager.Ready(Good);
        Assert.Equal("READY=1\nSTATUS=1 in flight", await ReceiveAsync());
        manager.Alive(Good);
        Assert.Equal("WATCHDOG=1\nSTATUS=1 in flight", await ReceiveAsync());
        manager.Stopping();
        Assert.StartsWith("STOPPING=1\nSTATUS=", await ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_of_the_abstract_namespace_begins_with_an_at()
    {
        string name = $"cis-test-{Guid.NewGuid():N}";
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint('\0' + name));
        _variables["NOTIFY_SOCKET"] = $"@{name}";
        using ServiceManager manager = Open()!;

        manager.Ready(Good);

        Assert.StartsWith("READY=1\n", await ReceiveAsync(socket), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("relative")]
    [InlineData("vsock:2:1234")]
    public void Where_no_socket_is_named_there_is_nobody_to_tell(string? address)
    {
        _variables.Remove("NOTIFY_SOCKET");
        if (address is not null)
        {
            _variables["NOTIFY_SOCKET"] = address;
        }

        Assert.Null(Open());
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_none()
    {
        _variables["NOTIFY_SOCKET"] = "/" + new string('é', 60);

        Assert.Null(Open());
    }

    [Fact]
    public void A_socket_that_is_gone_or_full_does_not_disturb_the_worker()
    {
        using ServiceManager manager = Open()!;
        // Nobody reads: the kernel's queue for datagrams is full within a few hundred.
        for (int i = 0; i < 2000; i++)
        {
            manager.Alive(Good);
        }

        _socket.Dispose();
        manager.Stopping();
    }

    [Theory]
    [InlineData("3000000", null, 3.0)]
    [InlineData("3000000", "own", 3.0)]
    [InlineData("3000000", "1", null)]
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("18446744073709551615", null, null)]
    public void The_watchdog_is_the_one_that_was_set_for_this_process(
        string? microseconds,
        string? process,
        double? seconds
    )
    {
        Set("WATCHDOG_USEC", microseconds);
        Set("WATCHDOG_PID", process == "own" ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : process);
        using ServiceManager manager = Open()!;

        Assert.Equal(seconds, manager.Watchdog?.TotalSeconds);
    }

    [Fact]
    public async Task It_is_told_at_half_the_watchdogs_time_or_sooner()
    {
        Set("WATCHDOG_USEC", "20000");
        using ServiceManager manager = Open()!;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        Task reporting = Report(manager, new Health(true, "alive\n"), new Health(true, "ready\n")).RunAsync(end.Token);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(
                "WATCHDOG=1\nSTATUS=0 in flight, 0 received, 0 done, 0 to the dead-letter queue",
                await ReceiveAsync()
            );
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reporting);
    }

    [Fact]
    public async Task A_worker_with_an_engine_that_is_stuck_gives_no_sign_of_life()
    {
        Set("WATCHDOG_USEC", "20000");
        using ServiceManager manager = Open()!;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        Task reporting = Report(manager, new Health(false, "an engine is stuck\n"), new Health(true, "ready\n"))
            .RunAsync(end.Token);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("STATUS=an engine is stuck", await ReceiveAsync());
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reporting);
    }

    [Fact]
    public async Task What_is_down_is_said_first_and_in_one_line()
    {
        using ServiceManager manager = Open()!;
        ServiceReport report = Report(
            manager,
            new Health(true, "alive\n"),
            new Health(false, "queue is down\nindex is down\n")
        );

        manager.Ready(report.Describe());

        Assert.StartsWith(
            "READY=1\nSTATUS=queue is down; index is down; 0 in flight",
            await ReceiveAsync(),
            StringComparison.Ordinal
        );
    }

    private static ServiceReport Report(ServiceManager manager, Health alive, Health ready) =>
        new(manager, () => alive, () => ready, new WorkerMetrics(), TimeProvider.System);

    private ServiceManager? Open() => ServiceManager.Open(_variables.GetValueOrDefault);

    private void Set(string name, string? value)
    {
        if (value is not null)
        {
            _variables[name] = value;
        }
    }

    private Task<string> ReceiveAsync() => ReceiveAsync(_socket);

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        int length = await socket.ReceiveAsync(buffer, limit.Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}

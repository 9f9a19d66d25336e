using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cis.Aws.Tests.Support;

/// <summary>A server on loopback that says <c>ready</c>, ended with whoever started it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _complaints = new();

    private ServerProcess(Process process) => _process = process;

    /// <summary>The line that it said when it was ready.</summary>
    public string Ready { get; private set; } = "";

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static async Task<ServerProcess> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var server = new ServerProcess(Process.Start(start)!);
        server._process.ErrorDataReceived += (_, line) => server._complaints.AppendLine(line.Data);
        server._process.BeginErrorReadLine();
        try
        {
            await server.WaitUntilReadyAsync().WaitAsync(StartLimit);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready", StringComparison.Ordinal))
            {
                Ready = line;
                return;
            }
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} ended: {_complaints}");
    }
}

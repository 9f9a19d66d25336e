using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>toxiproxy, which breaks connections between others.</summary>
internal sealed class ToxiproxyServer : IAsyncDisposable
{
    private ServerProcess? _process;
    private HttpClient? _api;

    internal async Task StartAsync()
    {
        int port = ServerProcess.FreePort();
        string script = Path.Combine(Aws.Tests.Support.Repository.SharedServers, "toxiproxy", "start.sh");
        _process = await ServerProcess.StartAsync(script, $"{port}");
        _api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Puts a proxy before a server.</summary>
    internal async Task<Line> DrawAsync(string name, Uri server)
    {
        HttpClient api = _api ?? throw new InvalidOperationException("toxiproxy was not started");
        var near = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
        var proxy = new JsonObject
        {
            ["name"] = name,
            ["listen"] = near.Authority,
            ["upstream"] = server.Authority,
        };
        await PostAsync(api, "proxies", proxy);
        return new ToxiproxyLine(near, api, name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    internal static async Task PostAsync(HttpClient api, string path, JsonObject body)
    {
        using HttpResponseMessage answer = await api.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
    }
}

/// <summary>A proxy of toxiproxy.</summary>
internal sealed class ToxiproxyLine(Uri near, HttpClient api, string name) : Line(near)
{
    internal override Task BreakAsync() => SwitchAsync(enabled: false);

    internal override Task CutAsync(int afterBytes) =>
        ToxiproxyServer.PostAsync(
            api,
            $"proxies/{name}/toxics",
            new JsonObject
            {
                ["name"] = "cut",
                ["type"] = "limit_data",
                ["stream"] = "downstream",
                ["toxicity"] = 0.5,
                ["attributes"] = new JsonObject { ["bytes"] = afterBytes },
            }
        );

    internal override async Task MendAsync()
    {
        using HttpResponseMessage answer = await api.DeleteAsync($"proxies/{name}/toxics/cut");
        if (answer.StatusCode != HttpStatusCode.NotFound)
        {
            answer.EnsureSuccessStatusCode();
        }

        await SwitchAsync(enabled: true);
    }

    // It ends with its server.
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task SwitchAsync(bool enabled) =>
        ToxiproxyServer.PostAsync(api, $"proxies/{name}", new JsonObject { ["enabled"] = enabled });
}

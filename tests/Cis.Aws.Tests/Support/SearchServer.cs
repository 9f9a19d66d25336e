using System.Text.Json;
using Cis.Aws.Indexing;

namespace Cis.Aws.Tests.Support;

/// <summary>Something that speaks OpenSearch's API.</summary>
public abstract class SearchServer : IAsyncLifetime
{
    /// <summary>Why the tests against this server are left out; null if they are not.</summary>
    public string? Missing { get; protected set; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; protected set; } = new("http://127.0.0.1:0");

    public void Require() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    internal OpenSearchClient Connect(string index) => new(new() { Endpoint = Url.AbsoluteUri, Index = index });

    /// <summary>A client for an index of its own, which is made.</summary>
    internal async Task<OpenSearchClient> MakeAsync(string index)
    {
        using var http = new HttpClient { BaseAddress = Url };
        using HttpResponseMessage made = await http.PutAsync(index, content: null);
        made.EnsureSuccessStatusCode();
        return Connect(index);
    }

    /// <summary>A document's source; null if there is none.</summary>
    public async Task<JsonElement?> GetAsync(string index, string id)
    {
        using var http = new HttpClient { BaseAddress = Url };
        using HttpResponseMessage response = await http.GetAsync($"{index}/_doc/{Uri.EscapeDataString(id)}");
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.TryGetProperty("_source", out JsonElement source) ? source.Clone() : null;
    }
}

/// <summary>OpenSearch itself, one node without the security plugin.</summary>
public sealed class RealOpenSearch : SearchServer
{
    private DirectoryInfo? _data;
    private ServerProcess? _process;

    public override async ValueTask InitializeAsync()
    {
        string folder = Path.Combine(Repository.SharedServers, "opensearch");
        if (!Directory.Exists(folder))
        {
            Missing = "no real opensearch server on this machine (shared/servers/opensearch beside the repository)";
            return;
        }

        _data = Directory.CreateTempSubdirectory("cis-opensearch-");
        int port = ServerProcess.FreePort();
        _process = await ServerProcess.StartAsync(Path.Combine(folder, "start.sh"), $"{port}", _data.FullName);
        Url = new Uri($"http://127.0.0.1:{port}");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _data?.Delete(recursive: true);
    }
}

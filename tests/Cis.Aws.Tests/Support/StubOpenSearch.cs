using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cis.Aws.Tests.Support;

/// <summary>A request that <see cref="StubOpenSearch"/> was sent.</summary>
public sealed record SeenRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>
/// The part of OpenSearch's API that cis uses, from its documentation: _bulk with external versions, documents by id,
/// index templates, aliases, mappings and _analyze. It answers as <see cref="Refuse"/> says, where that says anything.
/// </summary>
public sealed class StubOpenSearch : SearchServer
{
    private readonly LoopbackServer _server;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, (long Version, JsonNode Source)> _documents = new();
    private readonly StubIndices _indices = new();

    /// <summary>Starts serving.</summary>
    public StubOpenSearch()
    {
        _server = new LoopbackServer(AnswerAsync);
        Url = _server.Url;
    }

    /// <summary>Every request, oldest first; the body as it came, decompressed.</summary>
    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>Answers in place of the server: a status and a body, or null to let it answer.</summary>
    public Func<SeenRequest, (int Status, string Body)?>? Refuse { get; set; }

    /// <summary>Statuses for documents by their id, in place of writing them.</summary>
    public IDictionary<string, (int Status, string Type)> Failing { get; } = new Dictionary<string, (int, string)>();

    /// <summary>Why those fail.</summary>
    public string FailingReason { get; set; } = "as asked";

    /// <summary>Sent with each refusal.</summary>
    public string? RetryAfter { get; set; }

    public bool HasKuromoji { get; set; }

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        SeenRequest request = await ReadAsync(context.Request);
        (int status, string body) = AnswerAlone(request);
        await WriteAsync(context.Response, status, body);
    }

    // One at a time, so that a version that is compared is the one that is replaced.
    private (int Status, string Body) AnswerAlone(SeenRequest request)
    {
        lock (_gate)
        {
            Requests.Enqueue(request);
            return Refuse?.Invoke(request) ?? Answer(request);
        }
    }

    private static async Task<SeenRequest> ReadAsync(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        body.Position = 0;
        if (request.Headers["Content-Encoding"] == "gzip")
        {
            using var plain = new MemoryStream();
            await new GZipStream(body, CompressionMode.Decompress).CopyToAsync(plain);
            return new(request.HttpMethod, request.RawUrl!, HeadersOf(request), plain.ToArray());
        }

        return new(request.HttpMethod, request.RawUrl!, HeadersOf(request), body.ToArray());
    }

    private static Dictionary<string, string> HeadersOf(HttpListenerRequest request) =>
        request.Headers.AllKeys.ToDictionary(
            name => name!,
            name => request.Headers[name]!,
            StringComparer.OrdinalIgnoreCase
        );

    private async Task WriteAsync(HttpListenerResponse response, int status, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (status >= 400 && RetryAfter is not null)
        {
            response.Headers["Retry-After"] = RetryAfter;
        }

        await response.OutputStream.WriteAsync(bytes);
        response.Close();
    }

    private (int Status, string Body) Answer(SeenRequest request)
    {
        string path = Uri.UnescapeDataString(request.Path.TrimStart('/').Split('?')[0]);
        string[] parts = path.Split('/', 3);
        return parts switch
        {
            [var index, "_bulk"] => Bulk(index, request.Body),
            [var index, "_doc", var id] => Get(index, id),
            [_, "_refresh"] => (200, "{}"),
            [var index, "_search"] => GetAll(index),
            ["_analyze"] => HasKuromoji
                ? (200, """{"tokens":[]}""")
                : (
                    400,
                    """{"error":{"type":"illegal_argument_exception","reason":"failed to find global tokenizer"}}"""
                ),
            _ => _indices.Answer(request.Method, parts, request.Body),
        };
    }

    private (int, string) Get(string index, string id) =>
        _documents.TryGetValue($"{_indices.Resolve(index)}/{id}", out (long, JsonNode Source) found)
            ? (200, $$"""{"found":true,"_source":{{found.Source.ToJsonString()}}}""")
            : (404, """{"found":false}""");

    private (int, string) GetAll(string index)
    {
        string prefix = _indices.Resolve(index) + "/";
        IEnumerable<JsonNode> hits = _documents
            .Where(document => document.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(document => new JsonObject
            {
                ["_id"] = document.Key[prefix.Length..],
                ["_source"] = document.Value.Source.DeepClone(),
            });
        return (
            200,
            new JsonObject { ["hits"] = new JsonObject { ["hits"] = new JsonArray([.. hits]) } }.ToJsonString()
        );
    }

    private (int, string) Bulk(string index, byte[] body)
    {
        string[] lines = Encoding.UTF8.GetString(body).Split('\n');
        if (lines[^1].Length > 0)
        {
            return (
                400,
                """{"error":{"type":"illegal_argument_exception","reason":"The bulk request must be terminated by a newline"}}"""
            );
        }

        var items = new JsonArray();
        for (int i = 0; i + 1 < lines.Length - 1; i += 2)
        {
            JsonNode action = JsonNode.Parse(lines[i])!["index"]!;
            items.Add(new JsonObject { ["index"] = Write(_indices.Resolve(index), action, lines[i + 1]) });
        }

        return (
            200,
            new JsonObject
            {
                ["took"] = 1,
                ["errors"] = true,
                ["items"] = items,
            }.ToJsonString()
        );
    }

    private JsonObject Write(string index, JsonNode action, string source)
    {
        string id = action["_id"]!.GetValue<string>();
        long version = action["version"]!.GetValue<long>();
        if (Failing.TryGetValue(id, out (int Status, string Type) failure))
        {
            return Refused(id, failure.Status, failure.Type, FailingReason);
        }

        if (_documents.TryGetValue($"{index}/{id}", out (long Version, JsonNode) old) && old.Version > version)
        {
            return Refused(id, 409, "version_conflict_engine_exception", "current version is higher");
        }

        bool isNew = !_documents.ContainsKey($"{index}/{id}");
        _documents[$"{index}/{id}"] = (version, JsonNode.Parse(source)!);
        return new JsonObject { ["_id"] = id, ["status"] = isNew ? 201 : 200 };
    }

    private static JsonObject Refused(string id, int status, string type, string reason) =>
        new()
        {
            ["_id"] = id,
            ["status"] = status,
            ["error"] = new JsonObject { ["type"] = type, ["reason"] = reason },
        };
}

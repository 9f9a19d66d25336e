using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
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
    private readonly Dictionary<string, string> _tasks = [];

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
            [var index, "_search"] => request.Method == "GET" || _indices.Has(index) ? GetAll(index) : NoIndex,
            [var index, "_count"] => (200, $$"""{"count":{{DocumentsOf(index).Count}}}"""),
            ["_reindex"] => Copy(request.Body),
            ["_tasks"] => (200, """{"nodes":{}}"""),
            ["_tasks", var task] => _tasks.TryGetValue(task, out string? state)
                ? (200, state)
                : (404, """{"error":{"type":"resource_not_found_exception","reason":"no such task"}}"""),
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

    private static (int, string) NoIndex =>
        (404, """{"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}""");

    // Of the query it understands nothing: all there is.
    private (int, string) GetAll(string index)
    {
        JsonNode[] hits =
        [
            .. _indices
                .ResolveAll(index)
                .SelectMany(DocumentsOf)
                .Select(document => new JsonObject
                {
                    ["_id"] = document.Id,
                    ["_score"] = 1,
                    ["_source"] = document.Source.DeepClone(),
                }),
        ];
        var found = new JsonObject
        {
            ["total"] = new JsonObject { ["value"] = hits.Length },
            ["hits"] = new JsonArray(hits),
        };
        return (200, new JsonObject { ["hits"] = found }.ToJsonString());
    }

    private List<(string Id, long Version, JsonNode Source)> DocumentsOf(string index)
    {
        string prefix = _indices.Resolve(index) + "/";
        return
        [
            .. _documents
                .Where(document => document.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(document => (document.Key[prefix.Length..], document.Value.Version, document.Value.Source)),
        ];
    }

    // As version_type external and conflicts: proceed do: what is as new or newer there stays.
    private (int, string) Copy(byte[] body)
    {
        JsonNode request = JsonNode.Parse(body)!;
        string target = request["dest"]!["index"]!.GetValue<string>();
        string[]? kept = request["source"]!["_source"]?.AsArray().Select(name => name!.GetValue<string>()).ToArray();
        List<(string Id, long Version, JsonNode Source)> documents = DocumentsOf(
            request["source"]!["index"]!.GetValue<string>()
        );
        var counts = new JsonObject { ["total"] = documents.Count };
        (int created, int conflicts) = (0, 0);
        var failures = new JsonArray();
        foreach ((string id, long version, JsonNode source) in documents)
        {
            JsonObject copy = Kept(source.AsObject(), kept);
            if (_indices.IsStrict(target) && copy.Any(field => !_indices.FieldsOf(target).ContainsKey(field.Key)))
            {
                failures.Add(new JsonObject { ["id"] = id, ["cause"] = "strict_dynamic_mapping_exception" });
            }
            else if (
                _documents.TryGetValue($"{target}/{id}", out (long Version, JsonNode Source) there)
                && there.Version >= version
            )
            {
                conflicts++;
            }
            else
            {
                _documents[$"{target}/{id}"] = (version, copy);
                created++;
            }
        }

        counts["created"] = created;
        counts["version_conflicts"] = conflicts;
        counts["failures"] = failures;
        string task = $"node:{_tasks.Count + 1}";
        _tasks[task] = new JsonObject { ["completed"] = true, ["response"] = counts }.ToJsonString();
        return (200, $$"""{"task":"{{task}}"}""");
    }

    private static JsonObject Kept(JsonObject source, string[]? names) =>
        new(
            source
                .Where(field => names?.Any(name => name.Split('.')[0] == field.Key) != false)
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))
        );

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

        if (_indices.IsBlocked(_indices.Resolve(index)))
        {
            return (403, """{"error":{"type":"cluster_block_exception","reason":"index write (api)"},"status":403}""");
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

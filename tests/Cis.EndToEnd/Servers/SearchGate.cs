using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Stands before OpenSearch and refuses bulks when it is told to, whole or by half: what an overloaded node does, at a
/// moment of the test's choice.
/// </summary>
internal sealed class SearchGate(Uri search) : HttpGate(search)
{
    private int _wholeLeft;
    private int _halvesLeft;
    private int _refusedBulks;
    private int _refusedItems;

    /// <summary>Bulks refused whole.</summary>
    internal int RefusedBulks => _refusedBulks;

    /// <summary>Documents refused alone.</summary>
    internal int RefusedItems => _refusedItems;

    /// <summary>The next so many bulks are answered 429.</summary>
    internal void RefuseWhole(int count) => _wholeLeft = count;

    /// <summary>Of the next so many bulks every second document is answered 429 or 503, and the others are written.</summary>
    internal void RefuseHalves(int count) => _halvesLeft = count;

    /// <inheritdoc/>
    protected override async Task<GateAnswer> AnswerAsync(HttpListenerRequest request, byte[] body)
    {
        if (!request.Url!.AbsolutePath.EndsWith("/_bulk", StringComparison.Ordinal))
        {
            return await ForwardAsync(request, body);
        }

        if (Interlocked.Decrement(ref _wholeLeft) >= 0)
        {
            Interlocked.Increment(ref _refusedBulks);
            return Json(429, """{"error":{"type":"rejected_execution_exception","reason":"as asked"},"status":429}""");
        }

        return Interlocked.Decrement(ref _halvesLeft) >= 0
            ? await RefuseHalfAsync(request, body)
            : await ForwardAsync(request, body);
    }

    private async Task<GateAnswer> RefuseHalfAsync(HttpListenerRequest request, byte[] body)
    {
        bool isCompressed = request.Headers["Content-Encoding"] == "gzip";
        // Two lines a document: what to do, and its source.
        string[][] documents = [.. Read(body, isCompressed).Split('\n')[..^1].Chunk(2)];
        string[] kept = [.. documents.Where((_, i) => i % 2 == 0).SelectMany(document => document)];
        GateAnswer answer = await ForwardAsync(request, Write(string.Join('\n', kept) + "\n", isCompressed));
        if (answer.Status != 200)
        {
            return answer;
        }

        JsonArray items = JsonNode.Parse(answer.Body)!["items"]!.AsArray();
        for (int i = 1; i < documents.Length; i += 2)
        {
            Interlocked.Increment(ref _refusedItems);
            items.Insert(i, Refusal(documents[i][0], i % 4 == 1 ? 429 : 503));
        }

        var merged = new JsonObject
        {
            ["took"] = 1,
            ["errors"] = true,
            ["items"] = items.DeepClone(),
        };
        return Json(200, merged.ToJsonString());
    }

    private static JsonObject Refusal(string action, int status) =>
        new()
        {
            ["index"] = new JsonObject
            {
                ["_id"] = JsonNode.Parse(action)!["index"]!["_id"]!.DeepClone(),
                ["status"] = status,
                ["error"] = new JsonObject { ["type"] = "rejected_execution_exception", ["reason"] = "as asked" },
            },
        };

    private static GateAnswer Json(int status, string body) =>
        new(status, Encoding.UTF8.GetBytes(body)) { Headers = [("Content-Type", "application/json")] };

    private static string Read(byte[] body, bool isCompressed)
    {
        using Stream source = isCompressed
            ? new GZipStream(new MemoryStream(body), CompressionMode.Decompress)
            : new MemoryStream(body);
        using var reader = new StreamReader(source, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static byte[] Write(string text, bool isCompressed)
    {
        using var target = new MemoryStream();
        using (Stream sink = isCompressed ? new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true) : target)
        {
            sink.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }
}

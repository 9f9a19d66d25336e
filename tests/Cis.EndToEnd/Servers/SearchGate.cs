using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Stands before OpenSearch and hands everything on, but for bulks that it is told to refuse, whole or by half: what an
/// overloaded node does, at a moment of the test's choice.
/// </summary>
internal sealed class SearchGate : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _upstream;
    private readonly Task _serving;
    private int _wholeLeft;
    private int _halvesLeft;
    private int _bulks;
    private int _refusedItems;

    internal SearchGate(Uri upstream)
    {
        _upstream = new HttpClient { BaseAddress = upstream };
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    internal Uri Url { get; }

    /// <summary>Bulks that came, refused ones too.</summary>
    internal int Bulks => _bulks;

    /// <summary>Documents refused alone.</summary>
    internal int RefusedItems => _refusedItems;

    /// <summary>The next so many bulks are answered 429.</summary>
    internal void RefuseWhole(int count) => _wholeLeft = count;

    /// <summary>Of the next so many bulks every second document is answered 429 or 503, and the others written.</summary>
    internal void RefuseHalves(int count) => _halvesLeft = count;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
        _upstream.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            byte[] body = await ReadAsync(context.Request);
            bool isBulk = context.Request.Url!.AbsolutePath.EndsWith("/_bulk", StringComparison.Ordinal);
            (int status, byte[] answer) = isBulk
                ? await BulkAsync(context.Request, body)
                : await ForwardAsync(context.Request, body);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The worker was killed, or the line to it was.
        }
    }

    private async Task<(int Status, byte[] Body)> BulkAsync(HttpListenerRequest request, byte[] body)
    {
        Interlocked.Increment(ref _bulks);
        if (Interlocked.Decrement(ref _wholeLeft) >= 0)
        {
            return (
                429,
                """{"error":{"type":"rejected_execution_exception","reason":"as asked"},"status":429}"""u8.ToArray()
            );
        }

        return Interlocked.Decrement(ref _halvesLeft) >= 0
            ? await BulkHalfAsync(request, body)
            : await ForwardAsync(request, body);
    }

    private async Task<(int Status, byte[] Body)> BulkHalfAsync(HttpListenerRequest request, byte[] body)
    {
        // Two lines a document: what to do, and its source.
        string[][] documents = [.. Encoding.UTF8.GetString(body).Split('\n')[..^1].Chunk(2)];
        string[] kept = [.. documents.Where((_, i) => i % 2 == 0).SelectMany(document => document)];
        (int status, byte[] answer) = await ForwardAsync(
            request,
            Encoding.UTF8.GetBytes(string.Join('\n', kept) + "\n")
        );
        if (status != 200)
        {
            return (status, answer);
        }

        var items = JsonNode.Parse(answer)!["items"]!.AsArray();
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
        return (200, Encoding.UTF8.GetBytes(merged.ToJsonString()));
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

    private static async Task<byte[]> ReadAsync(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        Stream source = request.InputStream;
        if (request.Headers["Content-Encoding"] == "gzip")
        {
            source = new GZipStream(source, CompressionMode.Decompress);
        }

        await using (source)
        {
            await source.CopyToAsync(body);
        }

        return body.ToArray();
    }

    private async Task<(int Status, byte[] Body)> ForwardAsync(HttpListenerRequest request, byte[] body)
    {
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.HttpMethod), request.RawUrl);
        if (body.Length > 0)
        {
            forwarded.Content = new ByteArrayContent(body);
            forwarded.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        using HttpResponseMessage answer = await _upstream.SendAsync(forwarded);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }
}

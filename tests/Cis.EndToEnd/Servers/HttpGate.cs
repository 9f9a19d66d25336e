using System.Net;
using Cis.Aws.Tests.Support;

namespace Cis.EndToEnd.Servers;

/// <summary>An answer that goes through a gate.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
internal sealed record GateAnswer(int Status, byte[] Body)
{
    internal IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>Stands before a server and hands on every request and answer as they are, unless it is made to do otherwise.</summary>
internal abstract class HttpGate : IAsyncDisposable
{
    // Of one connection, so not handed on; and answers are wanted as they are read here, not compressed.
    private static readonly HashSet<string> HopHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding",
        "Connection",
        "Content-Length",
        "Keep-Alive",
        "Transfer-Encoding",
    };

    private readonly LoopbackServer _server;
    private readonly HttpClient _upstream;

    protected HttpGate(Uri upstream)
    {
        _upstream = new HttpClient { BaseAddress = upstream };
        _server = new LoopbackServer(AnswerAsync);
    }

    internal Uri Url => _server.Url;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
        _upstream.Dispose();
    }

    /// <summary>Answers a request.</summary>
    /// <param name="request">All of it but its body.</param>
    /// <param name="body">As it was sent.</param>
    protected abstract Task<GateAnswer> AnswerAsync(HttpListenerRequest request, byte[] body);

    /// <summary>Lets the server answer.</summary>
    protected async Task<GateAnswer> ForwardAsync(HttpListenerRequest request, byte[] body)
    {
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.HttpMethod), request.RawUrl);
        if (body.Length > 0)
        {
            forwarded.Content = new ByteArrayContent(body);
        }

        foreach (string name in request.Headers.AllKeys.OfType<string>().Where(name => !HopHeaders.Contains(name)))
        {
            // The host too: requests to S3 are signed for it.
            if (!forwarded.Headers.TryAddWithoutValidation(name, request.Headers[name]))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, request.Headers[name]);
            }
        }

        using HttpResponseMessage answer = await _upstream.SendAsync(forwarded);
        return new GateAnswer((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync())
        {
            Headers =
            [
                .. answer
                    .Headers.Concat(answer.Content.Headers)
                    .Where(header => !HopHeaders.Contains(header.Key))
                    .Select(header => (header.Key, string.Join(", ", header.Value))),
            ],
        };
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        GateAnswer answer = await AnswerAsync(context.Request, body.ToArray());
        context.Response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentLength64 = answer.Body.Length;
        await context.Response.OutputStream.WriteAsync(answer.Body);
        context.Response.Close();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cis.Tests.Doctor;

/// <summary>What a stub answers.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Body">JSON, XML or text.</param>
/// <param name="Date">The header; null for now, <see cref="DateTimeOffset.MinValue"/> for none.</param>
internal sealed record StubAnswer(int Status, string Body = "", DateTimeOffset? Date = null);

/// <summary>SQS, S3, OpenSearch and the metadata service in one, as a test wants them.</summary>
internal sealed class StubServices : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, string, StubAnswer> _answer;
    private readonly Task _serving;

    /// <summary>Starts listening.</summary>
    /// <param name="answer">Answers a request: method and path, or the operation of SQS, and the body.</param>
    internal StubServices(Func<string, string, StubAnswer> answer)
    {
        _answer = answer;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    internal Uri Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException or IOException)
            {
                // Stopped, or whoever asked has gone.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var body = new StreamReader(context.Request.InputStream);
        string operation =
            context.Request.Headers["X-Amz-Target"]?.Split('.')[^1]
            ?? $"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}";
        StubAnswer answer = _answer(operation, body.ReadToEnd());
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Body.StartsWith('<') ? "application/xml" : "application/json";
        if (answer.Date is { } date)
        {
            context.Response.Headers["Date"] = date == DateTimeOffset.MinValue ? "" : date.ToString("R");
        }

        if (context.Request.HttpMethod != "HEAD")
        {
            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(answer.Body));
        }

        context.Response.Close();
    }
}

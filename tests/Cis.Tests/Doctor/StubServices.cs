using System.Net;
using System.Text;
using Cis.Aws.Tests.Support;

namespace Cis.Tests.Doctor;

/// <summary>What a stub answers.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Body">JSON, XML or text.</param>
/// <param name="Date">The header; null for now, <see cref="DateTimeOffset.MinValue"/> for none.</param>
internal sealed record StubAnswer(int Status, string Body = "", DateTimeOffset? Date = null);

/// <summary>SQS, S3, OpenSearch and the metadata service in one, as a test wants them.</summary>
internal sealed class StubServices : IAsyncDisposable
{
    private readonly Func<string, string, StubAnswer> _answer;
    private readonly LoopbackServer _server;

    /// <summary>Starts listening.</summary>
    /// <param name="answer">Answers a request: method and path, or the operation of SQS, and the body.</param>
    internal StubServices(Func<string, string, StubAnswer> answer)
    {
        _answer = answer;
        _server = new LoopbackServer(AnswerAsync);
    }

    internal Uri Url => _server.Url;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new StreamReader(context.Request.InputStream);
        string operation =
            context.Request.Headers["X-Amz-Target"]?.Split('.')[^1]
            ?? $"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}";
        StubAnswer answer = _answer(operation, await body.ReadToEndAsync());
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Body.StartsWith('<') ? "application/xml" : "application/json";
        if (answer.Date is { } date)
        {
            context.Response.Headers["Date"] = date == DateTimeOffset.MinValue ? "" : date.ToString("R");
        }

        if (context.Request.HttpMethod != "HEAD")
        {
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
        }

        context.Response.Close();
    }
}

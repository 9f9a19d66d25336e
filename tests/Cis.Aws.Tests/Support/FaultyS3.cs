using System.Net;
using System.Text;

namespace Cis.Aws.Tests.Support;

/// <summary>An answer of <see cref="FaultyS3"/>.</summary>
public sealed record S3Answer(int Status, byte[] Body, string? ETag = null, string? Crc64 = null)
{
    /// <summary>How many bytes of the body are sent before the connection is cut; null for all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the rest of a cut body just does not come, on an open connection.</summary>
    public bool Hangs { get; init; }

    /// <summary>The number that S3 gives each answer; a proxy's has none.</summary>
    public string? RequestId { get; init; }

    /// <summary>The region that a request is to be signed for; null for any.</summary>
    public string? SignedFor { get; init; }

    /// <summary>The answer to one that is signed for another, with the region that it is to be.</summary>
    public S3Answer? Otherwise { get; init; }

    public static S3Answer Error(int status, string code, string message = "as asked") =>
        new(status, Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>{message}</Message></Error>"));
}

/// <summary>Gives objects of S3 as a test says: cut short, standing still, changed, damaged, refused.</summary>
public sealed class FaultyS3 : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, string?, S3Answer> _answer;
    private int _requests;

    /// <summary>Starts serving.</summary>
    /// <param name="answer">The answer to the request of a number, from 1, with its Range header.</param>
    public FaultyS3(Func<int, string?, S3Answer> answer)
    {
        _answer = answer;
        _server = new LoopbackServer(AnswerAsync);
    }

    public Uri Url => _server.Url;

    public int Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string? range = context.Request.Headers["Range"];
        S3Answer answer = Expected(_answer(Interlocked.Increment(ref _requests), range), context.Request);
        if (answer is { SignedFor: { } region, Otherwise: { } refusal })
        {
            bool isSigned = context.Request.Headers["Authorization"]!.Contains(
                $"/{region}/s3/",
                StringComparison.Ordinal
            );
            AddHeader(context.Response, "x-amz-bucket-region", region);
            answer = isSigned ? answer : refusal;
        }

        byte[] body = answer.Status is 200 or 206 ? Slice(answer.Body, range) : answer.Body;
        HttpListenerResponse response = context.Response;
        response.StatusCode = range is not null && answer.Status == 200 ? 206 : answer.Status;
        response.ContentLength64 = body.Length;
        AddHeader(response, "ETag", answer.ETag);
        AddHeader(response, "x-amz-request-id", answer.RequestId);
        AddHeader(response, "x-amz-checksum-crc64nvme", answer.Crc64);
        AddHeader(response, "x-amz-checksum-type", answer.Crc64 is null ? null : "FULL_OBJECT");
        await SendAsync(response, body, answer);
    }

    /// <summary>As S3 does it: who asks for another version than there is now gets nothing of this one.</summary>
    private static S3Answer Expected(S3Answer answer, HttpListenerRequest request) =>
        request.Headers["If-Match"] is { } wanted
        && answer.Status == 200
        && !string.Equals(wanted.Trim('"'), answer.ETag?.Trim('"'), StringComparison.Ordinal)
            ? S3Answer.Error(412, "PreconditionFailed")
            : answer;

    private async Task SendAsync(HttpListenerResponse response, byte[] body, S3Answer answer)
    {
        if (answer.CutAfter is not { } count)
        {
            await response.OutputStream.WriteAsync(body);
            response.Close();
            return;
        }

        await response.OutputStream.WriteAsync(body.AsMemory(0, count));
        await response.OutputStream.FlushAsync();
        if (answer.Hangs)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        response.Abort();
    }

    private static void AddHeader(HttpListenerResponse response, string name, string? value)
    {
        if (value is not null)
        {
            response.Headers[name] = value;
        }
    }

    // bytes=from-to
    private static byte[] Slice(byte[] body, string? range)
    {
        if (range is null)
        {
            return body;
        }

        int[] bounds = range["bytes=".Length..].Split('-').Select(int.Parse).ToArray();
        return body[bounds[0]..(bounds[1] + 1)];
    }
}

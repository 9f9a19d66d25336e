using System.Net;
using System.Text;

namespace Cis.Aws;

/// <summary>The instance's own metadata service (IMDSv2): a token, and questions that show it.</summary>
internal sealed class MetadataService : IDisposable
{
    private const string TokenHeader = "X-aws-ec2-metadata-token";

    // Where there is no such service, nothing answers: it is a machine's own, one hop away.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    // The longest that a token may live, and when a new one is got.
    private const string TokenSeconds = "21600";
    private static readonly TimeSpan TokenAge = TimeSpan.FromHours(5);

    // A token, keys or a few words.
    private const long MaxAnswerBytes = 16 << 10;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private string? _token;
    private long _tokenAt;

    /// <summary>Makes it; no request is sent yet.</summary>
    /// <param name="service">The service's address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="transport">How it is reached; null for the network.</param>
    internal MetadataService(Uri service, TimeProvider time, HttpMessageHandler? transport = null)
    {
        Address = service;
        _time = time;
        // Proxies of the environment are for the world outside.
        transport ??= new SocketsHttpHandler { UseProxy = false, ConnectTimeout = AnswerTime };
        _http = new HttpClient(transport)
        {
            BaseAddress = service,
            Timeout = 2 * AnswerTime,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>Where it is.</summary>
    internal Uri Address { get; }

    /// <summary>Whether an exception of <see cref="GetAsync"/> is the service's, and not our own cancellation.</summary>
    internal static bool IsNoAnswer(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Asks for something.</summary>
    /// <returns>What it says; null where there is no such thing.</returns>
    /// <exception cref="HttpRequestException">There was no answer, or not one to this.</exception>
    /// <exception cref="OperationCanceledException">There was no answer in time, or the token was cancelled.</exception>
    internal async Task<string?> GetAsync(string path, CancellationToken cancellationToken)
    {
        string token = await TokenAsync(cancellationToken);
        (HttpStatusCode status, string body) = await AskAsync(path, token, cancellationToken);
        if (status == HttpStatusCode.Unauthorized)
        {
            // A token's time goes on while a machine sleeps, and timestamps stand still.
            _token = null;
            token = await TokenAsync(cancellationToken);
            (status, body) = await AskAsync(path, token, cancellationToken);
        }

        return status switch
        {
            HttpStatusCode.OK => body,
            HttpStatusCode.NotFound => null,
            _ => throw new HttpRequestException($"the metadata service answers {(int)status}", inner: null, status),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (_token is { } kept && _time.GetElapsedTime(_tokenAt) <= TokenAge)
        {
            return kept;
        }

        using var request = new HttpRequestMessage(HttpMethod.Put, "latest/api/token");
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", TokenSeconds);
        (HttpStatusCode status, string token) = await SendAsync(request, cancellationToken);
        // A proxy's page in its place cannot be sent back in a header.
        _token =
            status == HttpStatusCode.OK && token.Length > 0 && token.All(c => c is > ' ' and < '\x7f')
                ? token
                : throw new HttpRequestException($"the metadata service gives no token ({(int)status})");
        _tokenAt = _time.GetTimestamp();
        return token;
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(
        string path,
        string token,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(TokenHeader, token);
        return await SendAsync(request, cancellationToken);
    }

    // As bytes, so that an unknown character set does not end the loop.
    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return (answer.StatusCode, Encoding.UTF8.GetString(body));
    }
}

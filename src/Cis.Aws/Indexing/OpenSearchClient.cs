using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>An answer from OpenSearch: its status and its whole body.</summary>
internal readonly record struct OpenSearchAnswer(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>When it was given, by the service's clock.</summary>
    internal DateTimeOffset? Date { get; init; }

    internal bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The beginning of the body on one line, for a message.</summary>
    internal string Excerpt
    {
        get
        {
            string text = Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 300)));
            return text.ReplaceLineEndings(" ").Trim();
        }
    }
}

/// <summary>Sends requests to OpenSearch, signed or with a password, compressed, over pooled connections.</summary>
public sealed class OpenSearchClient : IDisposable
{
    // Below this, compressing costs more than it saves.
    private const int CompressFromBytes = 1024;

    // The answer to a bulk has some 200 bytes for each of at most thousands of documents.
    private const long MaxAnswerBytes = 64 << 20;

    private readonly OpenSearchEndpoint _endpoint;
    private readonly HttpClient _http;
    private readonly RequestSigner? _signer;
    private readonly AWSCredentials? _signedWith;
    private readonly SigningClock _clock;
    private readonly TimeProvider _time;

    /// <summary>Makes a client; no request is sent yet.</summary>
    /// <exception cref="FormatException">The options cannot be; the message is for a person.</exception>
    public OpenSearchClient(OpenSearchOptions options)
        : this(options, credentials: null, TimeProvider.System) { }

    internal OpenSearchClient(
        OpenSearchOptions options,
        AWSCredentials? credentials,
        TimeProvider time,
        HttpMessageHandler? transport = null
    )
    {
        Options = options;
        _time = time;
        _clock = new SigningClock(time);
        _endpoint = OpenSearchEndpoint.Parse(options);
        _http = new HttpClient(transport ?? Transport(options))
        {
            BaseAddress = _endpoint.Base,
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (_endpoint.Authentication == OpenSearchAuthentication.Signature)
        {
            AWSCredentials signedWith = credentials ?? ChainCredentials.In(options.Region);
            _signedWith = signedWith;
            _signer = new RequestSigner(
                options.Region,
                _endpoint.SigningService,
                () => signedWith.GetCredentialsAsync()
            );
        }
        else if (_endpoint.Authentication == OpenSearchAuthentication.Basic)
        {
            byte[] pair = Encoding.UTF8.GetBytes($"{_endpoint.User}:{_endpoint.Password}");
            _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(pair));
        }
    }

    /// <summary>
    /// Hears of each request in one line without secrets: service, method, address, answer, time. Null for nobody.
    /// </summary>
    public Action<string>? Trace { get; init; }

    internal OpenSearchOptions Options { get; }

    internal TimeProvider Time => _time;

    internal Uri Base => _endpoint.Base;

    /// <summary>The host, with the port unless it is the scheme's default, and without a user.</summary>
    public string Host => _endpoint.Base.Authority;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Below the endpoint, without a slash before it.</param>
    /// <param name="body">JSON or lines of it; empty for none.</param>
    /// <param name="mediaType">The body's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">There was no answer.</exception>
    internal async Task<OpenSearchAnswer> SendAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        string mediaType,
        CancellationToken cancellationToken
    )
    {
        try
        {
            OpenSearchAnswer answer = await SendOnceAsync(method, path, body, mediaType, cancellationToken);
            return MayBeServedNow(answer)
                ? await SendOnceAsync(method, path, body, mediaType, cancellationToken)
                : answer;
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Index, $"OpenSearch at {_endpoint.Base.Authority}", e);
        }
    }

    /// <summary>An unsuccessful answer as a fault.</summary>
    internal TransientException Fault(OpenSearchAnswer answer, string action) =>
        new(
            Dependency.Index,
            $"{action} (OpenSearch at {_endpoint.Base.Authority}): status {(int)answer.Status} {answer.Excerpt}"
        )
        {
            RetryAfter = answer.RetryAfter,
            // A success that cannot be read comes of what is in between.
            IsWorthRetrying =
                answer.IsSuccess
                || answer.Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                || (int)answer.Status >= 500,
        };

    private async Task<OpenSearchAnswer> SendOnceAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        string mediaType,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(_endpoint.Base, path));
        ReadOnlyMemory<byte> content = AddContent(request, body, mediaType);
        if (_signer is not null)
        {
            await _signer.SignAsync(request, content, _clock.Now);
        }

        long start = _time.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            Tell(method, path, $"status {(int)response.StatusCode}, {answer.Length} bytes", start);
            return new(response.StatusCode, answer, response.Headers.RetryAfter?.Delta)
            {
                Date = response.Headers.Date,
            };
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            Tell(method, path, CallTrace.AnswerOf(e), start);
            throw;
        }
    }

    private void Tell(HttpMethod method, string path, string answer, long start) =>
        Trace?.Invoke(
            CallTrace.Line("OpenSearch", method.Method, $"{Host}/{path}", answer, _time.GetElapsedTime(start))
        );

    // A signature that is refused for its date or for an expired session; a new one is accepted.
    private bool MayBeServedNow(OpenSearchAnswer answer)
    {
        if (_signedWith is null || answer.Status != HttpStatusCode.Forbidden)
        {
            return false;
        }

        bool isExpired = answer.Excerpt.Contains("token included in the request is expired", StringComparison.Ordinal);
        if (isExpired)
        {
            ChainCredentials.Renew(_signedWith);
        }

        return _clock.Learn(answer.Date) || isExpired;
    }

    private static ReadOnlyMemory<byte> AddContent(
        HttpRequestMessage request,
        ReadOnlyMemory<byte> body,
        string mediaType
    )
    {
        if (body.IsEmpty)
        {
            return body;
        }

        bool compressed = body.Length >= CompressFromBytes;
        ReadOnlyMemory<byte> sent = compressed ? Compress(body) : body;
        request.Content = new ReadOnlyMemoryContent(sent);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        if (compressed)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        return sent;
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> body)
    {
        using var target = new MemoryStream(body.Length / 3);
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }

    private static SocketsHttpHandler Transport(OpenSearchOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // The domain's addresses change when it is scaled or replaced.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        if (options.CertificateAuthorityFile is { } file)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(file) };
        }

        return handler;
    }

    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"opensearch-ca-file {file} cannot be read: {FileFault.Describe(e, file)}", e);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new FormatException($"opensearch-ca-file {file} holds no certificate in PEM form");
    }
}

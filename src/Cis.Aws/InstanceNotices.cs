using System.Net;

namespace Cis.Aws;

/// <summary>
/// Asks the instance's own metadata service (IMDSv2) whether this machine is about to be taken away: a spot instance
/// called back, or a group that scales in.
/// </summary>
public sealed class InstanceNotices : IDisposable
{
    private const string TokenHeader = "X-aws-ec2-metadata-token";

    // A notice comes two minutes before the end; AWS's documentation asks for a look every five seconds.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    // Where there is no such service, nothing answers: it is a machine's own, one hop away.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    // The longest that a token may live, and when a new one is got.
    private const string TokenSeconds = "21600";
    private static readonly TimeSpan TokenAge = TimeSpan.FromHours(5);

    // A token or a few words.
    private const long MostAnswerBytes = 16 << 10;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private string? _token;
    private long _tokenAt;

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="service">The service's address.</param>
    /// <param name="time">The clock.</param>
    public InstanceNotices(Uri service, TimeProvider time)
    {
        _time = time;
        // Proxies of the environment are for the world outside.
        var transport = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = AnswerTime };
        _http = new HttpClient(transport)
        {
            BaseAddress = service,
            Timeout = 2 * AnswerTime,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
    }

    /// <summary>The service's address: the variable's that all SDKs of AWS know, or the one on every instance.</summary>
    /// <param name="environment">An environment variable's value by its name; null or empty if it is not set.</param>
    /// <returns>Null where a variable turns the service off.</returns>
    public static Uri? ServiceOf(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        bool isDisabled = bool.TryParse(environment("AWS_EC2_METADATA_DISABLED"), out bool disabled) && disabled;
        return isDisabled ? null
            : Uri.TryCreate(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"), UriKind.Absolute, out Uri? set) ? set
            : new Uri("http://169.254.169.254");
    }

    /// <summary>Waits until there is a notice; where there is no such service, until it is cancelled.</summary>
    /// <returns>The notice, for a person.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(cancellationToken))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        }

        while (true)
        {
            if (await LookAsync(cancellationToken) is { } notice)
            {
                return notice;
            }

            await Task.Delay(LookEvery, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RenewTokenAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
            return false;
        }
    }

    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_token is null || _time.GetElapsedTime(_tokenAt) > TokenAge)
            {
                await RenewTokenAsync(cancellationToken);
            }

            // 404 as long as there is none.
            if (await GetAsync("latest/meta-data/spot/instance-action", cancellationToken) is { } action)
            {
                return $"the spot instance is called back: {action}";
            }

            string? state = await GetAsync("latest/meta-data/autoscaling/target-lifecycle-state", cancellationToken);
            return state == "Terminated" ? "the group scales in: this instance is to be terminated" : null;
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
            // It answered before and will again: the next look is soon.
            return null;
        }
    }

    private async Task RenewTokenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "latest/api/token");
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", TokenSeconds);
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        _token = await answer.Content.ReadAsStringAsync(cancellationToken);
        _tokenAt = _time.GetTimestamp();
    }

    private async Task<string?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(TokenHeader, _token);
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            _token = null;
        }

        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : null;
    }

    private static bool IsNoAnswer(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

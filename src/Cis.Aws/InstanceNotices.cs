using System.Net;
using System.Text.Json;

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

    // How rarely a service is asked that never answered.
    private static readonly TimeSpan RareLook = TimeSpan.FromMinutes(5);

    // Where there is no such service, nothing answers: it is a machine's own, one hop away.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    // The longest that a token may live, and when a new one is got.
    private const string TokenSeconds = "21600";
    private static readonly TimeSpan TokenAge = TimeSpan.FromHours(5);

    // A token or a few words.
    private const long MaxAnswerBytes = 16 << 10;

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
            MaxResponseContentBufferSize = MaxAnswerBytes,
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
        TimeSpan pause = LookEvery;
        while (true)
        {
            try
            {
                if (await LookAsync(cancellationToken) is { } notice)
                {
                    return notice;
                }

                pause = LookEvery;
            }
            catch (Exception e) when (IsNoAnswer(e, cancellationToken))
            {
                // A service that is busy at the start of the machine answers later. Where there is none, asking now and
                // then costs nothing; one that has answered before is asked as often as ever.
                pause =
                    _token is null && pause * 2 < RareLook ? pause * 2
                    : _token is null ? RareLook
                    : LookEvery;
            }

            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        if (_token is null || _time.GetElapsedTime(_tokenAt) > TokenAge)
        {
            await RenewTokenAsync(cancellationToken);
        }

        // 404 as long as there is none.
        string? spot = await GetAsync("latest/meta-data/spot/instance-action", cancellationToken);
        if (spot is not null && ActionOf(spot) is { } action)
        {
            return $"the spot instance is called back: {action}";
        }

        string? state = await GetAsync("latest/meta-data/autoscaling/target-lifecycle-state", cancellationToken);
        return state?.Trim() == "Terminated" ? "the group scales in: this instance is to be terminated" : null;
    }

    // {"action": "terminate", "time": "2026-11-26T08:22:00Z"}: what else answers 200, such as a proxy's page, is no notice.
    internal static string? ActionOf(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            string? action =
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("action", out JsonElement value)
                && value.ValueKind == JsonValueKind.String
                    ? value.GetString()
                    : null;
            return action is "terminate" or "stop" or "hibernate" ? action : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for half of a surrogate pair, which JSON allows.
            return null;
        }
    }

    private async Task RenewTokenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "latest/api/token");
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", TokenSeconds);
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        string token = await answer.Content.ReadAsStringAsync(cancellationToken);
        // A proxy's page in its place cannot be sent back in a header.
        _token =
            token.Length > 0 && token.All(c => c is > ' ' and < '\x7f')
                ? token
                : throw new HttpRequestException("the metadata service gave no token");
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

using System.Text.Json;

namespace Cis.Aws;

/// <summary>
/// Asks the instance's own metadata service (IMDSv2) whether EC2 is about to stop or terminate this machine: a spot
/// interruption, or an Auto Scaling group that scales in.
/// </summary>
public sealed class InterruptionWatch : IDisposable
{
    // AWS announces it two minutes ahead, and advises to ask every five seconds.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    // The longest pause for a service that has never answered.
    private static readonly TimeSpan RareLook = TimeSpan.FromMinutes(5);

    private readonly MetadataService _service;
    private readonly TimeProvider _time;
    private bool _hasAnswered;

    /// <summary>Makes it; no request is sent yet.</summary>
    /// <param name="service">The service's address.</param>
    /// <param name="time">The clock.</param>
    public InterruptionWatch(Uri service, TimeProvider time)
        : this(new MetadataService(service, time), time) { }

    internal InterruptionWatch(MetadataService service, TimeProvider time) => (_service, _time) = (service, time);

    /// <summary>The service's address: from the variable that all AWS SDKs know, or the one that every instance has.</summary>
    /// <param name="environment">An environment variable's value by its name; null or empty if it is not set.</param>
    /// <returns>Null where a variable turns the service off.</returns>
    public static Uri? ServiceOf(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        bool isDisabled = bool.TryParse(environment("AWS_EC2_METADATA_DISABLED"), out bool disabled) && disabled;
        bool isIpv6 = "ipv6".Equals(
            environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
            StringComparison.OrdinalIgnoreCase
        );
        return isDisabled ? null
            : Uri.TryCreate(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"), UriKind.Absolute, out Uri? set) ? set
            : new Uri(isIpv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
    }

    /// <summary>Waits until an interruption is announced, or until cancelled if there is no metadata service.</summary>
    /// <returns>What is announced, for the log.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = LookEvery;
        while (true)
        {
            if (await LookAsync(cancellationToken) is { } interruption)
            {
                return interruption;
            }

            await Task.Delay(pause, _time, cancellationToken);
            // A service that is busy while the machine boots answers later. Where there is none, asking rarely costs
            // nothing; one that has answered before is always asked at the full rate.
            pause =
                _hasAnswered ? LookEvery
                : pause * 2 < RareLook ? pause * 2
                : RareLook;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _service.Dispose();

    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        string? spot = await AskAsync("latest/meta-data/spot/instance-action", cancellationToken);
        if (spot is not null && ActionOf(spot) is { } action)
        {
            return $"the spot instance is called back: {action}";
        }

        if (!_hasAnswered)
        {
            return null;
        }

        string? state = await AskAsync("latest/meta-data/autoscaling/target-lifecycle-state", cancellationToken);
        return state?.Trim() == "Terminated" ? "the group scales in: this instance is to be terminated" : null;
    }

    // Null, too, where there is no answer: one question that fails does not hide the answer to the other.
    private async Task<string?> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            string? answer = await _service.GetAsync(path, cancellationToken);
            _hasAnswered = true;
            return answer;
        }
        catch (Exception e) when (MetadataService.IsNoAnswer(e, cancellationToken))
        {
            return null;
        }
    }

    // {"action": "terminate", "time": "2026-11-26T08:22:00Z"}: what else answers 200, such as a proxy's page, announces nothing.
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
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            // The latter for half of a surrogate pair, which JSON allows.
            return null;
        }
    }
}

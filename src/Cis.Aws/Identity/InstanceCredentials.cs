using System.Text.Json;
using Amazon.Runtime;

namespace Cis.Aws.Identity;

/// <summary>
/// The keys of an instance's role. Its metadata service always has those that are good, and the next ones five minutes before
/// the last expire: it is asked every two minutes, and no clock has to tell when they do. The SDK goes by the time of day:
/// where that is wrong, or where the service gives out what has expired, it asks with every request.
/// </summary>
internal sealed class InstanceCredentials : AWSCredentials, IDisposable
{
    private const string Path = "latest/meta-data/iam/security-credentials/";

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(2);

    // After a question in vain. What is there goes on being used.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly MetadataService _service;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Keys? _keys;
    private volatile string? _refused; // the id of a key that a service calls expired
    private TimeSpan _pause;
    private long _askedAt;
    private AmazonClientException? _fault;

    /// <summary>Makes it; no request is sent yet.</summary>
    internal InstanceCredentials(MetadataService service, TimeProvider time) => (_service, _time) = (service, time);

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        if (_keys is { } kept && !IsDue(kept))
        {
            return kept.Value;
        }

        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (IsDue(_keys))
            {
                await RenewAsync().ConfigureAwait(false);
            }

            return _keys?.Value ?? throw new AmazonClientException(_fault!.Message, _fault);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A service calls them expired, whatever the metadata service says: others are asked for with the next call.</summary>
    internal void Refuse() => _refused = _keys?.Value.AccessKey;

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        _gate.Dispose();
    }

    private bool IsDue(Keys? keys) =>
        (keys is null || keys.Value.AccessKey == _refused || IsOld(keys)) && _time.GetElapsedTime(_askedAt) >= _pause;

    // Timestamps stand still while a machine sleeps, and the time of day may be set back: whichever says so.
    private bool IsOld(Keys keys) =>
        _time.GetElapsedTime(keys.At) >= GoodFor || (_time.GetUtcNow() - keys.AtTimeOfDay).Duration() >= GoodFor;

    private async Task RenewAsync()
    {
        string? refused = _refused;
        _refused = null; // whoever is refused once more says so
        try
        {
            Keys found = await AskAsync().ConfigureAwait(false);
            // One that is out of step gives what it gave before; what is there may still be good.
            bool isOlder = _keys is { } kept && kept.Role == found.Role && found.Expiration < kept.Expiration;
            _keys = isOlder ? _keys : found;
            Asked(isInVain: isOlder || found.Value.AccessKey == refused);
        }
        catch (Exception e) when (AwsFault.Is(e, CancellationToken.None))
        {
            _fault = e as AmazonClientException ?? NoAnswer(e);
            Asked(isInVain: true);
        }
    }

    private void Asked(bool isInVain)
    {
        TimeSpan longer = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _pause = isInVain && _pause > TimeSpan.Zero ? longer : FirstPause;
        _askedAt = _time.GetTimestamp();
    }

    private async Task<Keys> AskAsync()
    {
        string? roles = await _service.GetAsync(Path, CancellationToken.None).ConfigureAwait(false);
        string role = roles?.Split('\n')[0].Trim() ?? "";
        string? answer = role.Length > 0 ? await AskForAsync(role).ConfigureAwait(false) : null;
        return answer is null
            ? throw new AmazonClientException("Unable to get IAM security credentials: the instance has no role.")
            : Read(role, answer);
    }

    private Task<string?> AskForAsync(string role) =>
        _service.GetAsync(Path + Uri.EscapeDataString(role), CancellationToken.None);

    private Keys Read(string role, string answer)
    {
        using var json = JsonDocument.Parse(answer);
        JsonElement root = json.RootElement;
        string? TextOf(string name) =>
            root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        return
            TextOf("AccessKeyId") is { Length: > 0 } id
            && TextOf("SecretAccessKey") is { Length: > 0 } secret
            && TextOf("Token") is { Length: > 0 } token
            && DateTimeOffset.TryParse(TextOf("Expiration"), null, out DateTimeOffset expiration)
            ? new Keys(role, new(id, secret, token), expiration, _time.GetTimestamp(), _time.GetUtcNow())
            // AssumeRoleUnauthorizedAccess, say: the role does not trust EC2.
            : throw new AmazonClientException(
                $"the metadata service has no keys for the instance's role {role}: {TextOf("Code") ?? "no JSON of keys"}"
            );
    }

    private AmazonClientException NoAnswer(Exception e) =>
        new(
            $"Failed to resolve AWS credentials: no variables, no profile, and the metadata service at {_service.Address} does not "
                + $"answer: {AwsFault.Describe(e)}",
            e
        );

    private sealed record Keys(
        string Role,
        ImmutableCredentials Value,
        DateTimeOffset Expiration,
        long At,
        DateTimeOffset AtTimeOfDay
    );
}

using System.Text.Json;
using Amazon.Runtime;

namespace Cis.Aws.Identity;

/// <summary>
/// The keys of an instance's role. Its metadata service always has those that are good, and the next ones five minutes before
/// the last expire: it is asked every two minutes, and no clock has to tell when they do. The SDK goes by the time of day:
/// where that is wrong, or where the service gives out what has expired, it asks with every request.
/// </summary>
internal sealed class InstanceCredentials(MetadataService service, TimeProvider time) : RenewedCredentials(time)
{
    private const string Path = "latest/meta-data/iam/security-credentials/";

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        service.Dispose();
        base.Dispose(isDisposing);
    }

    /// <inheritdoc/>
    protected override async Task<IssuedKeys> AskAsync()
    {
        try
        {
            string? roles = await service.GetAsync(Path, CancellationToken.None).ConfigureAwait(false);
            string role = roles?.Split('\n')[0].Trim() ?? "";
            string? answer = role.Length > 0 ? await AskForAsync(role).ConfigureAwait(false) : null;
            return answer is null
                ? throw new AmazonClientException("Unable to get IAM security credentials: the instance has no role.")
                : Read(role, answer);
        }
        catch (Exception e) when (e is not AmazonClientException && AwsFault.Is(e, CancellationToken.None))
        {
            throw NoAnswer(e);
        }
    }

    // One that is out of step gives what it gave before; what is there may still be good.
    /// <inheritdoc/>
    protected override bool IsOlder(IssuedKeys kept, IssuedKeys found) =>
        kept.Role == found.Role && found.Expiration < kept.Expiration;

    private Task<string?> AskForAsync(string role) =>
        service.GetAsync(Path + Uri.EscapeDataString(role), CancellationToken.None);

    private IssuedKeys Read(string role, string answer)
    {
        try
        {
            return KeysOf(role, answer);
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            throw new AmazonClientException(
                $"the metadata service's keys for the instance's role {role} are not JSON: {e.Message}",
                e
            );
        }
    }

    private IssuedKeys KeysOf(string role, string answer)
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
            ? new IssuedKeys(new(id, secret, token), Time.GetTimestamp(), Time.GetUtcNow(), GoodFor)
            {
                Role = role,
                Expiration = expiration,
            }
            // AssumeRoleUnauthorizedAccess, say: the role does not trust EC2.
            : throw new AmazonClientException(
                $"the metadata service has no keys for the instance's role {role}: {TextOf("Code") ?? "no JSON of keys"}"
            );
    }

    private AmazonClientException NoAnswer(Exception e) =>
        new(
            $"Failed to resolve AWS credentials: no variables, no profile, and the metadata service at {service.Address} does not "
                + $"answer: {AwsFault.Describe(e)}",
            e
        );
}

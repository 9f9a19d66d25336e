using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Cis.Aws.Identity;

/// <summary>
/// What the SDK's chain finds: variables, web identity, a profile, a container's or an instance's role. The profiles that
/// the chain leaves out or cannot serve in one trimmed executable are resolved here: SSO, and roles that are assumed.
/// </summary>
internal sealed class ChainCredentials : AWSCredentials
{
    // S3, SQS and OpenSearch are signed for with the same keys: a role is assumed once, and renewed for all.
    private static readonly ConcurrentDictionary<string, ChainCredentials> Chains = new(StringComparer.Ordinal);

    // The order of the SDK: both come before a profile.
    private static readonly string[] StrongerVariables = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"];

    private readonly string _region;
    private readonly Lock _gate = new();
    private AWSCredentials? _found;

    private ChainCredentials(string region) => _region = region;

    /// <summary>The chain, which keeps what it has found for the whole process.</summary>
    /// <param name="region">Where STS is spoken to.</param>
    internal static ChainCredentials In(string region) => Chains.GetOrAdd(region, name => new ChainCredentials(name));

    /// <summary>What it comes down to.</summary>
    /// <exception cref="AmazonClientException">There is nothing, or nothing usable.</exception>
    internal AWSCredentials Found
    {
        get
        {
            lock (_gate)
            {
                return _found ??= Find();
            }
        }
    }

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => Found.GetCredentials();

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => Found.GetCredentialsAsync();

    private AWSCredentials Find()
    {
        CredentialClients.Register(_region);
        var profiles = new CredentialProfileStoreChain();
        return
            Array.TrueForAll(StrongerVariables, name => Environment.GetEnvironmentVariable(name) is null or "")
            && profiles.TryGetProfile(DefaultAWSCredentialsIdentityResolver.GetProfileName(), out CredentialProfile own)
            && NeedsUs(own.Options)
            ? RoleCredentials.WithOwnCalls(own.GetAWSCredentials(profiles), _region)
            : DefaultAWSCredentialsIdentityResolver.GetCredentials();
    }

    // The SDK's own AssumeRole asks the registry for a client, and cannot tell it with whose keys to sign.
    private static bool NeedsUs(CredentialProfileOptions options) =>
        options is { WebIdentityTokenFile: null or "" }
        && (
            options.RoleArn is { Length: > 0 }
            || options.SsoStartUrl is { Length: > 0 }
            || options.SsoSession is { Length: > 0 }
        );
}

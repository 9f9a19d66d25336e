using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Cis.Aws.Identity;

/// <summary>
/// What the SDK's chain finds: variables, web identity, a profile, a container's or an instance's role. The profiles that
/// the chain leaves out or cannot serve in one trimmed executable are resolved here: SSO, and roles that are assumed; and an
/// instance's role, whose keys it renews by the time of day.
/// </summary>
internal sealed class ChainCredentials : AWSCredentials
{
    // S3, SQS and OpenSearch are signed for with the same keys: a role is assumed once, and renewed for all.
    private static readonly ConcurrentDictionary<string, ChainCredentials> Chains = new(StringComparer.Ordinal);

    // The order of the SDK: both come before a profile.
    private static readonly string[] StrongerVariables = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"];

    // Before an instance's role.
    private static readonly string[] ContainerVariables =
    [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];

    private readonly Func<AWSCredentials> _find;
    private readonly Lock _gate = new();
    private AWSCredentials? _found;

    /// <summary>Nothing is looked for yet.</summary>
    /// <param name="find">Looks; asked again until it has found something.</param>
    internal ChainCredentials(Func<AWSCredentials> find) => _find = find;

    /// <summary>The chain, which keeps what it has found for the whole process.</summary>
    /// <param name="region">Where STS is spoken to.</param>
    internal static ChainCredentials In(string region) =>
        Chains.GetOrAdd(region, name => new ChainCredentials(() => Find(name)));

    /// <summary>What it comes down to.</summary>
    /// <exception cref="AmazonClientException">There is nothing, or nothing usable.</exception>
    internal AWSCredentials Found
    {
        get
        {
            lock (_gate)
            {
                return _found ??= _find();
            }
        }
    }

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    /// <exception cref="CredentialsException">There are none, for whatever reason.</exception>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return await Found.GetCredentialsAsync();
        }
        catch (Exception e)
        {
            // A process that fails, a file that is gone, an STS that denies: each throws another type.
            throw CredentialsException.Of(e);
        }
    }

    /// <summary>Has others asked for with the next call: a service calls these expired.</summary>
    internal static void Renew(AWSCredentials credentials)
    {
        switch (credentials is ChainCredentials chain ? chain.Found : credentials)
        {
            case RefreshingAWSCredentials renewable:
                renewable.ClearCredentials();
                break;
            case RenewedCredentials renewed:
                renewed.Refuse();
                break;
        }
    }

    private static AWSCredentials Find(string region)
    {
        CredentialClients.Register(region);
        var profiles = new CredentialProfileStoreChain();
        if (!AreUnset(StrongerVariables))
        {
            return WebIdentity(region) ?? DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }

        if (
            profiles.TryGetProfile(DefaultAWSCredentialsIdentityResolver.GetProfileName(), out CredentialProfile own)
            && SaysWhoOrWhere(own)
        )
        {
            return WebIdentity(own.Options, region) is { } identity ? identity
                : NeedsUs(own.Options) ? RoleCredentials.WithOwnCalls(own.GetAWSCredentials(profiles), region)
                : DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }

        bool isNamed = !AreUnset(ContainerVariables) || !AreUnset("AWS_PROFILE");
        return !isNamed && InterruptionWatch.ServiceOf(Environment.GetEnvironmentVariable) is { } service
            ? new InstanceCredentials(new MetadataService(service, TimeProvider.System), TimeProvider.System)
            : DefaultAWSCredentialsIdentityResolver.GetCredentials();
    }

    // Keys of the environment come first.
    private static RoleCredentials? WebIdentity(string region) =>
        AreUnset("AWS_ACCESS_KEY_ID")
        && Environment.GetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE") is { Length: > 0 } file
        && Environment.GetEnvironmentVariable("AWS_ROLE_ARN") is { Length: > 0 } role
            ? RoleCredentials.OfWebIdentity(
                role,
                Environment.GetEnvironmentVariable("AWS_ROLE_SESSION_NAME"),
                file,
                region
            )
            : null;

    private static RoleCredentials? WebIdentity(CredentialProfileOptions options, string region) =>
        options is { WebIdentityTokenFile: { Length: > 0 } file, RoleArn: { Length: > 0 } role }
            ? RoleCredentials.OfWebIdentity(role, options.RoleSessionName, file, region)
            : null;

    // A profile may hold only a region.
    private static bool SaysWhoOrWhere(CredentialProfile profile) =>
        profile.CanCreateAWSCredentials
        || profile.EC2MetadataServiceEndpoint is { Length: > 0 }
        || profile.EC2MetadataServiceEndpointMode is not null;

    private static bool AreUnset(params string[] variables) =>
        Array.TrueForAll(variables, name => Environment.GetEnvironmentVariable(name) is null or "");

    // The SDK's own AssumeRole asks the registry for a client, and cannot tell it with whose keys to sign.
    private static bool NeedsUs(CredentialProfileOptions options) =>
        options is { WebIdentityTokenFile: null or "" }
        && (
            options.RoleArn is { Length: > 0 }
            || options.SsoStartUrl is { Length: > 0 }
            || options.SsoSession is { Length: > 0 }
        );
}

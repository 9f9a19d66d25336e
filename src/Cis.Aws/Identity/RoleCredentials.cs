using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace Cis.Aws.Identity;

/// <summary>The keys of a role that is assumed with other keys, renewed before they expire.</summary>
internal sealed class RoleCredentials : RefreshingAWSCredentials
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private readonly AssumeRoleAWSCredentials _role;
    private readonly AWSCredentials _source;
    private readonly string _region;

    private RoleCredentials(AssumeRoleAWSCredentials role, string region)
    {
        (_role, _region) = (role, region);
        _source = WithOwnCalls(role.SourceCredentials, region);
        PreemptExpiryTime = RenewBefore;
    }

    /// <summary>The same credentials; where they assume a role, or several one after the other, with calls of our own.</summary>
    internal static AWSCredentials WithOwnCalls(AWSCredentials credentials, string region) =>
        credentials is not AssumeRoleAWSCredentials role ? credentials
        : role.Options?.MfaSerialNumber is { Length: > 0 }
            ? throw new AmazonClientException(
                $"the profile of {role.RoleArn} asks for a code of MFA, which nobody can type here: use a role without, or a "
                    + "profile with credential_process = aws configure export-credentials --format process"
            )
        : new RoleCredentials(role, region);

    /// <summary>Those that the role is assumed with are renewed as well: theirs may be the session that was revoked.</summary>
    public override void ClearCredentials()
    {
        base.ClearCredentials();
        (_source as RefreshingAWSCredentials)?.ClearCredentials();
    }

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        AmazonSecurityTokenServiceConfig config = CredentialClients.StsConfig(RegionEndpoint.GetBySystemName(_region));
        using var sts = new AmazonSecurityTokenServiceClient(_source, config);
        var request = new AssumeRoleRequest
        {
            RoleArn = _role.RoleArn,
            RoleSessionName = _role.RoleSessionName,
            ExternalId = _role.Options?.ExternalId,
            DurationSeconds = _role.Options?.DurationSeconds,
            SourceIdentity = _role.Options?.SourceIdentity,
        };
        AssumeRoleResponse answer = await sts.AssumeRoleAsync(request).ConfigureAwait(false);
        Credentials given =
            answer.Credentials
            ?? throw new AmazonClientException($"assuming {_role.RoleArn}: the answer of STS has no credentials");
        var keys = new ImmutableCredentials(given.AccessKeyId, given.SecretAccessKey, given.SessionToken);
        return new CredentialsRefreshState(keys, given.Expiration?.ToUniversalTime() ?? DateTime.UtcNow);
    }
}

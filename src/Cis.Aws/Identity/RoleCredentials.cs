using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace Cis.Aws.Identity;

/// <summary>
/// The keys of a role that is assumed, with other keys or with the token of a web identity. They live for as long as was asked
/// for, whatever the time of day; others are asked for five minutes before.
/// </summary>
internal sealed class RoleCredentials : RenewedCredentials
{
    // What STS gives to whoever asks for no duration.
    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private readonly Func<Task<Credentials?>> _assume;
    private readonly AWSCredentials? _source;
    private readonly string _role;
    private readonly TimeSpan _life;

    /// <summary>Whether it is a token that the role is assumed with.</summary>
    internal bool IsWebIdentity => _source is null;

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="role">Its ARN, for a person.</param>
    /// <param name="assume">Asks STS.</param>
    /// <param name="source">The keys that it is asked with; null where it is a token.</param>
    /// <param name="duration">How long what it gives lives; null for as long as usual.</param>
    /// <param name="time">The clock.</param>
    internal RoleCredentials(
        string role,
        Func<Task<Credentials?>> assume,
        AWSCredentials? source,
        TimeSpan? duration,
        TimeProvider time
    )
        : base(time) => (_role, _assume, _source, _life) = (role, assume, source, duration ?? UsualLife);

    /// <summary>The same credentials; where they assume a role, or several one after the other, with calls of our own.</summary>
    internal static AWSCredentials WithOwnCalls(AWSCredentials credentials, string region) =>
        credentials is not AssumeRoleAWSCredentials role ? credentials
        : role.Options?.MfaSerialNumber is { Length: > 0 }
            ? throw new AmazonClientException(
                $"the profile of {role.RoleArn} asks for a code of MFA, which nobody can type here: use a role without, or a "
                    + "profile with credential_process = aws configure export-credentials --format process"
            )
        : OfKeys(role, region);

    /// <summary>The role of a web identity, whose token lies in a file that is replaced from time to time.</summary>
    internal static RoleCredentials OfWebIdentity(string role, string? session, string tokenFile, string region) =>
        new(
            role,
            () => AssumeAsync(role, session, tokenFile, CredentialClients.StsConfig(EndpointOf(region))),
            source: null,
            duration: null,
            TimeProvider.System
        );

    /// <summary>Asks STS for the keys of a role with the token that is in a file now.</summary>
    internal static async Task<Credentials?> AssumeAsync(
        string role,
        string? session,
        string tokenFile,
        AmazonSecurityTokenServiceConfig config
    )
    {
        using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
        var request = new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = role,
            RoleSessionName = session is { Length: > 0 } ? session : $"cis-{Environment.ProcessId}",
            WebIdentityToken = (await File.ReadAllTextAsync(tokenFile).ConfigureAwait(false)).Trim(),
        };
        return (await sts.AssumeRoleWithWebIdentityAsync(request).ConfigureAwait(false)).Credentials;
    }

    /// <summary>Those that the role is assumed with are renewed as well: theirs may be the session that was revoked.</summary>
    internal override void Refuse()
    {
        base.Refuse();
        RenewSource();
    }

    /// <inheritdoc/>
    protected override async Task<IssuedKeys> AskAsync()
    {
        try
        {
            return Read(await _assume());
        }
        catch (Exception e) when (AwsFault.IsExpired(e))
        {
            RenewSource();
            throw;
        }
    }

    private static RoleCredentials OfKeys(AssumeRoleAWSCredentials role, string region)
    {
        AWSCredentials source = WithOwnCalls(role.SourceCredentials, region);
        TimeSpan? duration = role.Options?.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return new RoleCredentials(role.RoleArn, AssumeAsync, source, duration, TimeProvider.System);

        async Task<Credentials?> AssumeAsync()
        {
            using var sts = new AmazonSecurityTokenServiceClient(
                source,
                CredentialClients.StsConfig(EndpointOf(region))
            );
            var request = new AssumeRoleRequest
            {
                RoleArn = role.RoleArn,
                RoleSessionName = role.RoleSessionName,
                ExternalId = role.Options?.ExternalId,
                DurationSeconds = role.Options?.DurationSeconds,
                SourceIdentity = role.Options?.SourceIdentity,
            };
            return (await sts.AssumeRoleAsync(request).ConfigureAwait(false)).Credentials;
        }
    }

    private static RegionEndpoint EndpointOf(string region) => RegionEndpoint.GetBySystemName(region);

    private void RenewSource()
    {
        if (_source is not null)
        {
            ChainCredentials.Renew(_source);
        }
    }

    private IssuedKeys Read(Credentials? given) =>
        given
            is {
                AccessKeyId: { Length: > 0 } id,
                SecretAccessKey: { Length: > 0 } secret,
                SessionToken: { Length: > 0 } token
            }
            ? new IssuedKeys(new(id, secret, token), Time.GetTimestamp(), Time.GetUtcNow(), GoodFor(given.Expiration))
            {
                Role = _role,
                EndsAfter = _life,
            }
            : throw new AmazonClientException($"assuming {_role}: the answer of STS has no credentials");

    // What STS says of their end counts where it is sooner than was asked for, and may be so by this clock.
    private TimeSpan GoodFor(DateTime? expiration)
    {
        TimeSpan told = expiration is { } end ? end.ToUniversalTime() - Time.GetUtcNow().UtcDateTime : _life;
        TimeSpan life = told > TimeSpan.Zero && told < _life ? told : _life;
        return life > 2 * Ahead ? life - Ahead : life / 2;
    }
}

using Amazon;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace Cis.Aws.Identity;

/// <summary>
/// The clients that the SDK's chain needs for web identity and SSO: it looks for them by reflection, and finds in a
/// trimmed executable only what is registered (aws-sdk-net, pull request 3048).
/// </summary>
internal static class CredentialClients
{
    private static readonly Lock Gate = new();
    private static bool _isDone;

    /// <summary>Registers them, once in a process: the first region counts.</summary>
    /// <param name="region">
    /// Where STS is spoken to. The SDK would take what it finds by itself, which is not where this program's settings say.
    /// </param>
    internal static void Register(string region)
    {
        lock (Gate)
        {
            if (_isDone)
            {
                return;
            }

            // None signs its calls: a token says who asks. With keys of the chain they would wait for themselves (issue 3153).
            GlobalRuntimeDependencyRegistry registry = GlobalRuntimeDependencyRegistry.Instance;
            registry.RegisterSecurityTokenServiceClient(_ => Sts(RegionEndpoint.GetBySystemName(region)));
            registry.RegisterSSOClient(context => Sso(context.SSOClientContextData.Region));
            registry.RegisterSSOOIDCClient(context => SsoOidc(context.SSOOIDCClientContextData.Region));
            _isDone = true;
        }
    }

    /// <summary>How STS is spoken to: as the other services, it does not hold a message for longer than a few calls take.</summary>
    internal static AmazonSecurityTokenServiceConfig StsConfig(RegionEndpoint region) =>
        Bounded(new AmazonSecurityTokenServiceConfig { RegionEndpoint = region });

    private static AmazonSecurityTokenServiceClient Sts(RegionEndpoint region) =>
        new(new AnonymousAWSCredentials(), StsConfig(region));

    private static AmazonSSOClient Sso(RegionEndpoint region) =>
        new(new AnonymousAWSCredentials(), Bounded(new AmazonSSOConfig { RegionEndpoint = region }));

    private static AmazonSSOOIDCClient SsoOidc(RegionEndpoint region) =>
        new(new AnonymousAWSCredentials(), Bounded(new AmazonSSOOIDCConfig { RegionEndpoint = region }));

    private static T Bounded<T>(T config)
        where T : ClientConfig
    {
        config.ConnectTimeout = TimeSpan.FromSeconds(5);
        config.Timeout = TimeSpan.FromSeconds(10);
        return config;
    }
}

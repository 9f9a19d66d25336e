using Amazon.Runtime;

namespace Cis.Aws.Tests.Support;

/// <summary>Clients of AWS that speak to a server in this process.</summary>
internal static class LoopbackClients
{
    internal static AwsClients Of(LoopbackServer server) =>
        new(new AwsOptions("us-east-1", server.Url, server.Url))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };
}

using Amazon.Runtime;

namespace Cis.Aws.Identity;

/// <summary>
/// There are no keys to sign with: the fault of this machine's setup or of whoever gives them out, whatever the call was
/// about. The SDK lets through what the chain fails with, an STS's denial among it, which looks like S3's own.
/// </summary>
internal sealed class CredentialsException(Exception cause)
    : AmazonClientException($"no credentials to sign with: {AwsFault.Describe(cause)}", cause)
{
    /// <summary>The same failure as one of credentials.</summary>
    internal static CredentialsException Of(Exception e) => e as CredentialsException ?? new CredentialsException(e);

    /// <summary>Whether a person has to put it right: who gives the keys refuses, and not for a moment.</summary>
    internal bool IsSetup =>
        InnerException switch
        {
            _ when CredentialFault.Explain(this) is not null => true,
            AmazonServiceException { StatusCode: not 0 } service => (int)service.StatusCode is >= 300 and < 500
                && !AwsFault.MayPass(service),
            { } other => AwsFault.IsSetup(other),
            null => false,
        };
}

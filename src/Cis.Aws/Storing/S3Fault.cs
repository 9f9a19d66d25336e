using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Storing;

/// <summary>Says of a failed fetch whose fault it is: the object's, its bucket's, that of the setup, or nobody's.</summary>
internal static class S3Fault
{
    private enum Fault
    {
        /// <summary>There is no such object.</summary>
        Missing,

        /// <summary>The object itself cannot be read, whoever asks.</summary>
        Unreadable,

        /// <summary>It may not be read: this object, or all of them. How many fail alike decides.</summary>
        Denied,

        /// <summary>Something is wrong with the bucket: the message's fault, unless the bucket is the configured one.</summary>
        Bucket,

        /// <summary>A person has to put it right: the key, the policy, the endpoint.</summary>
        Setup,

        /// <summary>It may pass.</summary>
        Passing,
    }

    /// <summary>What a failure means for the message.</summary>
    /// <param name="reference">The object.</param>
    /// <param name="isConfigured">Whether its bucket is the one that is set.</param>
    /// <param name="e">The failure.</param>
    internal static Exception Translate(ObjectReference reference, bool isConfigured, Exception e)
    {
        string? code = (e as AmazonServiceException)?.ErrorCode;
        return FaultOf(reference, e) switch
        {
            Fault.Missing => new ReadException(
                Outcome.ObjectMissing,
                $"{reference}: there is no such object ({AwsFault.Describe(e)})",
                e
            ),
            Fault.Unreadable => new ReadException(Outcome.AccessDenied, $"{reference}: {Explain(code, e)}", e),
            Fault.Denied => new ReadException(
                Outcome.AccessDenied,
                $"{reference}: the object may not be read; check s3:GetObject and, where it is encrypted, kms:Decrypt "
                    + $"({AwsFault.Describe(e)})",
                e
            )
            {
                Code = code,
            },
            Fault.Bucket when isConfigured => AwsFault.Setup(
                Dependency.Store,
                $"the bucket {reference.Bucket} (s3-bucket) cannot be read from: is its name right, and the region?",
                e
            ),
            Fault.Bucket => new ReadException(
                OutcomeOfBucket(code),
                $"{reference}: the message names a bucket that cannot be read from ({AwsFault.Describe(e)})",
                e
            )
            {
                BucketCode = code,
            },
            Fault.Setup => AwsFault.Setup(Dependency.Store, $"fetching {reference}", e),
            _ => AwsFault.Transient(Dependency.Store, $"fetching {reference}", e),
        };
    }

    private static Fault FaultOf(ObjectReference reference, Exception e) =>
        e switch
        {
            // Nobody has asked S3 yet.
            CredentialsException credentials => credentials.IsSetup ? Fault.Setup : Fault.Passing,
            AmazonServiceException { StatusCode: not 0 } service => FaultOf(reference, service),
            // The SDK itself refuses what cannot be the name of a bucket, or an ARN that is not one of S3's.
            AmazonClientException { InnerException: null } when CredentialFault.Explain(e) is null => Fault.Bucket,
            _ => Fault.Passing,
        };

    private static Fault FaultOf(ObjectReference reference, AmazonServiceException e) =>
        e.ErrorCode switch
        {
            // A delete marker, asked for by its version, is a method that is not allowed.
            "NoSuchKey" or "NoSuchVersion" or "KeyTooLongError" or "MethodNotAllowed" when SaysS3(e) => Fault.Missing,
            "InvalidArgument" when reference.VersionId is not null => Fault.Missing,
            "InvalidObjectState" => Fault.Unreadable,
            "InvalidRequest" when e.Message.Contains("encrypt", StringComparison.OrdinalIgnoreCase) => Fault.Unreadable,
            "NoSuchBucket"
            or "NoSuchAccessPoint"
            or "InvalidAccessPoint"
            or "InvalidBucketName"
            or "InvalidBucketState"
            or "AuthorizationHeaderMalformed"
            or "IllegalLocationConstraintException"
            or "PermanentRedirect"
            or "TemporaryRedirect"
            or "Redirect" => Fault.Bucket,
            "AccessDenied" or "AllAccessDisabled" => Fault.Denied,
            { } code when code.StartsWith("KMS.", StringComparison.Ordinal) => FaultOfKey(code, e),
            _ when AwsFault.IsSetup(e) || !SaysS3(e) && IsRefusal(e) => Fault.Setup,
            _ when AwsFault.MayPass(e) || !IsRefusal(e) => Fault.Passing,
            _ => Fault.Denied,
        };

    private static Fault FaultOfKey(string code, AmazonServiceException e) =>
        !IsRefusal(e)
        || AwsFault.MayPass(e)
        || code.Contains("Throttling", StringComparison.Ordinal)
        || code.Contains("Internal", StringComparison.Ordinal)
        || code.Contains("Timeout", StringComparison.Ordinal)
        || code.Contains("LimitExceeded", StringComparison.Ordinal)
        || code.Contains("Unavailable", StringComparison.Ordinal)
            ? Fault.Passing
            : Fault.Denied;

    private static bool IsRefusal(AmazonServiceException e) => (int)e.StatusCode is >= 300 and < 500;

    // A web server's page is not an answer of S3, which gives each refusal a code; the SDK then makes up a code from the status.
    private static bool SaysS3(AmazonServiceException e) =>
        !e.Message.Contains("No further error information", StringComparison.Ordinal);

    private static Outcome OutcomeOfBucket(string? code) =>
        code is null or "NoSuchBucket" or "NoSuchAccessPoint" or "InvalidAccessPoint" or "InvalidBucketName"
            ? Outcome.ObjectMissing
            : Outcome.AccessDenied;

    private static string Explain(string? code, Exception e) =>
        code == "InvalidObjectState"
            ? "the object is archived; restore it first"
            : $"the object cannot be read without the key of its sender ({AwsFault.Describe(e)})";
}

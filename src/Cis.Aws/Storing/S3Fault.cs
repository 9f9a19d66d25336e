using System.Net;
using Amazon.S3;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Storing;

/// <summary>Says what a failed fetch means for the message: the object's own fault for good, or one that may pass.</summary>
internal static class S3Fault
{
    internal static Exception Translate(ObjectReference reference, Exception e) =>
        e is AmazonS3Exception s3 && OutcomeOf(s3) is { } outcome
            ? new ReadException(outcome, $"{reference}: {Explain(s3, outcome)}", e)
            : AwsFault.Transient(Dependency.Store, $"fetching {reference}", e);

    private static Outcome? OutcomeOf(AmazonS3Exception e) =>
        e.ErrorCode switch
        {
            "NoSuchKey" or "NoSuchBucket" or "NoSuchVersion" or "KeyTooLongError" or "InvalidBucketName" =>
                Outcome.ObjectMissing,
            // A versionId that is none.
            "InvalidArgument" => Outcome.ObjectMissing,
            // GLACIER: nobody may read it until it is restored. AccessDenied is also what S3 says of a missing key to
            // those who may not list the bucket.
            "AccessDenied" or "AllAccessDisabled" or "InvalidObjectState" => Outcome.AccessDenied,
            { } code when code.StartsWith("KMS.", StringComparison.Ordinal) => Outcome.AccessDenied,
            // A delete marker, asked for by its version, answers 405.
            _ => e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                ? Outcome.ObjectMissing
                : null,
        };

    private static string Explain(AmazonS3Exception e, Outcome outcome) =>
        e.ErrorCode switch
        {
            "InvalidObjectState" => "the object is archived; restore it first",
            _ when outcome == Outcome.ObjectMissing => $"there is no such object ({AwsFault.Describe(e)})",
            _ =>
                $"the object may not be read; check s3:GetObject and, where it is encrypted, kms:Decrypt ({AwsFault.Describe(e)})",
        };
}

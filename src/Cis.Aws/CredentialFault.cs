using Amazon.Runtime;

namespace Cis.Aws;

/// <summary>Explains in one sentence why the SDK's chain found no credentials.</summary>
internal static class CredentialFault
{
    private const string SignedOut =
        "the session of the SSO profile has ended, or never began: run aws sso login with the same AWS_PROFILE";

    private const string Missing =
        "no AWS credentials were found: give the machine or container a role, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
        + "AWS_SECRET_ACCESS_KEY";

    /// <summary>The sentence; null if the failure is not about missing credentials.</summary>
    internal static string? Explain(Exception e) =>
        // What the service itself says has a status.
        e is AmazonServiceException { StatusCode: not 0 }
            ? null
        : Says(e, "SSO Token") || Says(e, "SsoVerificationCallback") ? SignedOut
        : Says(e, "Failed to resolve AWS credentials") || Says(e, "Unable to get IAM security credentials") ? Missing
        : Says(e, "Unable to find the \"") && Says(e, "profile") ? $"{e.Message.Trim()} See AWS_PROFILE."
        : null;

    private static bool Says(Exception e, string words) =>
        e.Message.Contains(words, StringComparison.OrdinalIgnoreCase)
        || (e.InnerException is { } inner && Says(inner, words));
}

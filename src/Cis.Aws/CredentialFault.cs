using Amazon.Runtime;

namespace Cis.Aws;

/// <summary>Says in one sentence why the SDK's chain has no credentials, which it tells in a paragraph.</summary>
internal static class CredentialFault
{
    // Both need further clients of AWS, which one trimmed executable does not carry.
    private const string Unsupported =
        "these AWS credentials come from SSO or by assuming a role, which cis cannot do itself: use the role of the machine "
        + "or container, or a profile with credential_process = aws configure export-credentials --format process";

    private const string Missing =
        "no AWS credentials were found: give the machine or container a role, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
        + "AWS_SECRET_ACCESS_KEY";

    /// <summary>The sentence; null if it is not credentials that are missing.</summary>
    internal static string? Explain(Exception e) =>
        // What the service itself says has a status.
        e is AmazonServiceException { StatusCode: not 0 }
            ? null
        : Says(e, "SSO profile") || Says(e, "missing runtime dependency") ? Unsupported
        : Says(e, "Failed to resolve AWS credentials") || Says(e, "Unable to get IAM security credentials") ? Missing
        : Says(e, "Unable to find the \"") && Says(e, "profile") ? $"{e.Message.Trim()} See AWS_PROFILE."
        : null;

    private static bool Says(Exception e, string words) =>
        e.Message.Contains(words, StringComparison.OrdinalIgnoreCase)
        || (e.InnerException is { } inner && Says(inner, words));
}

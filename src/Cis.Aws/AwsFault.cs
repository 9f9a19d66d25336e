using System.Net;
using System.Security.Authentication;
using Amazon.Runtime;
using Cis.Worker.Ports;

namespace Cis.Aws;

/// <summary>Tells the faults of a service from those of this program, and puts them into words.</summary>
internal static class AwsFault
{
    // A person has to put these right: the key, the policy, the region, the queue's name.
    private static readonly HashSet<string> SetupCodes = new(StringComparer.Ordinal)
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationHeaderMalformed",
        "AWS.SimpleQueueService.NonExistentQueue",
        "IllegalLocationConstraintException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "InvalidToken",
        "KmsAccessDenied",
        "KmsDisabled",
        "MissingAuthenticationToken",
        "OptInRequired",
        "PermanentRedirect",
        "QueueDoesNotExist",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    };

    /// <summary>Whether a service calls the credentials expired, whatever whoever gave them said.</summary>
    internal static bool IsExpired(Exception e) =>
        e is AmazonServiceException { ErrorCode: "ExpiredToken" or "ExpiredTokenException" };

    /// <summary>Whether an exception is the service's or the network's, and not our own cancellation.</summary>
    internal static bool Is(Exception e, CancellationToken cancellationToken) =>
        e switch
        {
            AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException => true,
            IOException => true,
            OperationCanceledException => !cancellationToken.IsCancellationRequested,
            _ => false,
        };

    /// <summary>The same as a fault that may pass.</summary>
    /// <param name="dependency">Whose fault it is.</param>
    /// <param name="action">What was asked of it, such as <c>receiving from the queue URL</c>.</param>
    /// <param name="e">See <see cref="Is"/>.</param>
    internal static TransientException Transient(Dependency dependency, string action, Exception e) =>
        new(dependency, $"{action}: {Describe(e)}", e) { IsWorthRetrying = !IsSetup(e) };

    /// <summary>One line that names the error code and status.</summary>
    internal static string Describe(Exception e) =>
        e switch
        {
            _ when CredentialFault.Explain(e) is { } reason => reason,
            AmazonServiceException { StatusCode: not 0 } service =>
                $"{service.ErrorCode ?? "error"} ({(int)service.StatusCode}): {FirstLine(service.Message)}",
            OperationCanceledException => "no answer in time",
            { InnerException: { } inner } when e is AmazonServiceException => Describe(inner),
            // "The SSL connection could not be established, see inner exception."
            HttpRequestException { InnerException: AuthenticationException inner } => Describe(inner),
            _ => FirstLine(e.Message),
        };

    private static bool IsSetup(Exception e) =>
        e switch
        {
            AmazonServiceException { ErrorCode: { } code } when SetupCodes.Contains(code) => true,
            AmazonServiceException service => service.StatusCode
                is HttpStatusCode.MovedPermanently
                    or HttpStatusCode.Unauthorized,
            _ => CredentialFault.Explain(e) is not null,
        };

    private static string FirstLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using System.Xml;
using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Worker.Ports;

namespace Cis.Aws;

/// <summary>Tells failures of a service from bugs in this program, and describes them.</summary>
internal static class AwsFault
{
    // A person has to fix these: the key, the policy, the region, the queue's name.
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
        "InvalidAddress",
        "KmsAccessDenied",
        "KmsDisabled",
        "MissingAuthenticationToken",
        "NoSuchBucket",
        "OptInRequired",
        "PermanentRedirect",
        "QueueDoesNotExist",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    };

    // Of those: a setting names something that does not exist.
    private static readonly HashSet<string> SettingCodes = new(StringComparer.Ordinal)
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "InvalidAddress",
        "NoSuchBucket",
        "QueueDoesNotExist",
    };

    // Refusals that are nobody's fault: the same call may succeed now or a little later.
    private static readonly HashSet<string> PassingCodes = new(StringComparer.Ordinal)
    {
        "BandwidthLimitExceeded",
        "ExpiredToken",
        "ExpiredTokenException",
        "IDPCommunicationError",
        "InternalError",
        "OperationAborted",
        "RequestExpired",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeTooSkewed",
        "ServiceUnavailable",
        "SlowDown",
        "TokenRefreshRequired",
        "TooManyRequests",
    };

    /// <summary>Whether a service considers the credentials expired, whatever their issuer said.</summary>
    internal static bool IsExpired(Exception e) =>
        e is AmazonServiceException { ErrorCode: "ExpiredToken" or "ExpiredTokenException" };

    /// <summary>Whether an exception comes from the service or the network, not from our own cancellation.</summary>
    internal static bool Is(Exception e, CancellationToken cancellationToken) =>
        e switch
        {
            AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException => true,
            IOException => true,
            // An answer that the SDK cannot parse, such as a proxy's: it lets these exceptions through.
            XmlException or JsonException or FormatException or OverflowException => true,
            // Nor one that lacks what it takes for granted: a body to verify, an ETag with an even number of digits.
            ArgumentException => true,
            OperationCanceledException => !cancellationToken.IsCancellationRequested,
            _ => false,
        };

    /// <summary>The exception as a temporary fault.</summary>
    /// <param name="dependency">Whose fault it is.</param>
    /// <param name="action">What was asked of it, such as <c>receiving from the queue URL</c>.</param>
    /// <param name="e">See <see cref="Is"/>.</param>
    internal static TransientException Transient(Dependency dependency, string action, Exception e) =>
        IsSetup(e) ? Setup(dependency, action, e) : new(dependency, $"{action}: {Describe(e)}", e);

    /// <summary>The exception as a fault that a person has to correct.</summary>
    internal static TransientException Setup(Dependency dependency, string action, Exception e) =>
        new(dependency, $"{action}: {Describe(e)}", e)
        {
            IsWorthRetrying = false,
            IsWrongSetting = e is AmazonServiceException { ErrorCode: { } code } && SettingCodes.Contains(code),
        };

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

    /// <summary>Whether a refusal is temporary and nobody's fault.</summary>
    internal static bool MayPass(AmazonServiceException e) =>
        PassingCodes.Contains(e.ErrorCode ?? "")
        || e.ErrorCode?.Contains("Throttl", StringComparison.Ordinal) == true
        || e.StatusCode
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.Conflict
                or HttpStatusCode.PreconditionFailed
                or HttpStatusCode.RequestedRangeNotSatisfiable
                or HttpStatusCode.TooManyRequests;

    /// <summary>Whether a person has to correct it.</summary>
    internal static bool IsSetup(Exception e) =>
        e switch
        {
            CredentialsException credentials => credentials.IsSetup,
            AmazonServiceException { ErrorCode: { } code } when SetupCodes.Contains(code) => true,
            AmazonServiceException service => service.StatusCode
                is HttpStatusCode.MovedPermanently
                    or HttpStatusCode.Unauthorized,
            _ => CredentialFault.Explain(e) is not null,
        };

    private static string FirstLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

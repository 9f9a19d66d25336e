using System.Net;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Cis.Aws;

/// <summary>Where requests to S3 name the bucket.</summary>
public enum BucketAddress
{
    /// <summary>In the path for IP addresses and localhost, otherwise in the host name.</summary>
    Auto,

    /// <summary>In the path: path-style.</summary>
    Path,

    /// <summary>In the host: virtual-hosted style.</summary>
    Host,
}

/// <summary>Which AWS, or which stand-in for it, is called.</summary>
/// <param name="Region">Such as <c>ap-northeast-1</c>; requests are signed for it also where an endpoint is given.</param>
/// <param name="SqsEndpoint">The endpoint of SQS; null for AWS's own address in the region.</param>
/// <param name="S3Endpoint">The endpoint of S3; null for AWS's own address in the region.</param>
public sealed record AwsOptions(string Region, Uri? SqsEndpoint = null, Uri? S3Endpoint = null)
{
    /// <summary>
    /// How often the SDK itself tries a failed call again. None for the worker, which has a budget of its own; commands
    /// that a person waits for want some.
    /// </summary>
    public int Retries { get; init; }

    /// <summary>The timeout for the start of an answer; null for the service's default.</summary>
    internal TimeSpan? AnswerTime { get; init; }

    /// <summary>Where requests to S3 name the bucket.</summary>
    public BucketAddress Buckets { get; init; }

    internal bool IsPathStyle =>
        Buckets == BucketAddress.Path
        || (
            Buckets == BucketAddress.Auto && S3Endpoint is { } endpoint && (endpoint.IsLoopback || IsAddress(endpoint))
        );

    /// <summary>
    /// Reads the endpoints from the variables that all SDKs of AWS know: <c>AWS_ENDPOINT_URL_SQS</c>,
    /// <c>AWS_ENDPOINT_URL_S3</c> and, for either, <c>AWS_ENDPOINT_URL</c>.
    /// </summary>
    /// <param name="region">The region.</param>
    /// <param name="environment">An environment variable's value by its name; null or empty if it is not set.</param>
    /// <param name="queueUrl">
    /// The queue. Where no variable says otherwise and its host is not AWS's, SQS is called there.
    /// </param>
    /// <exception cref="FormatException">A variable is not an absolute http or https URL; the message says which.</exception>
    public static AwsOptions FromEnvironment(string region, Func<string, string?> environment, Uri? queueUrl = null)
    {
        Uri? any = Endpoint("AWS_ENDPOINT_URL", environment);
        return new AwsOptions(
            region,
            Endpoint("AWS_ENDPOINT_URL_SQS", environment) ?? any ?? EndpointOf(queueUrl),
            Endpoint("AWS_ENDPOINT_URL_S3", environment) ?? any
        );
    }

    /// <summary>The region of the profile that <c>AWS_PROFILE</c> names, or of the default one.</summary>
    /// <returns>Null if there is none.</returns>
    public static string? RegionOfProfile()
    {
        string name = DefaultAWSCredentialsIdentityResolver.GetProfileName();
        return new CredentialProfileStoreChain().TryGetProfile(name, out CredentialProfile profile)
            ? profile.Region?.SystemName
            : null;
    }

    private static Uri? Endpoint(string variable, Func<string, string?> environment)
    {
        if (environment(variable) is not { Length: > 0 } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException($"{variable} takes a URL such as https://host:port, not \"{text}\"");
    }

    private static Uri? EndpointOf(Uri? queueUrl) =>
        queueUrl is null
        || queueUrl.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
        || queueUrl.Host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase)
            ? null
            : new Uri(queueUrl.GetLeftPart(UriPartial.Authority));

    private static bool IsAddress(Uri endpoint) => IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out _);
}

using System.Collections.Concurrent;
using Amazon.Runtime.Internal;
using Amazon.S3;

namespace Cis.Aws.Storing;

/// <summary>
/// Remembers where buckets are that are not in the region that is set. S3 says it in its refusal; the SDK follows that
/// only where it may retry, which is the worker's own business.
/// </summary>
internal sealed class BucketRegions(AwsClients clients)
{
    private const string Header = "x-amz-bucket-region";
    private const string Element = "<Region>";

    // What messages call buckets comes from outside.
    private const int Max = 1000;
    private const int LongestName = 32;

    private readonly ConcurrentDictionary<string, string> _regions = new(StringComparer.Ordinal);

    /// <summary>The client that a bucket is read with.</summary>
    internal IAmazonS3 ClientFor(string bucket) =>
        _regions.TryGetValue(bucket, out string? region) ? clients.S3In(region) : clients.S3;

    /// <summary>Learns from a refusal where a bucket is.</summary>
    /// <returns>Whether it is elsewhere than it was looked for.</returns>
    internal bool Learn(string bucket, AmazonS3Exception e)
    {
        string current = _regions.GetValueOrDefault(bucket, clients.Options.Region);
        if (RegionOf(e) is not { } region || region == current || !IsName(region) || _regions.Count >= Max)
        {
            return false;
        }

        _regions[bucket] = region;
        return true;
    }

    private static string? RegionOf(AmazonS3Exception e) =>
        (int)e.StatusCode is not (301 or 307 or 400) ? null
        : (e.InnerException as HttpErrorResponseException)?.Response?.GetHeaderValue(Header) is { Length: > 0 } header
            ? header
        : RegionIn(e.ResponseBody);

    // <Region>eu-west-1</Region>
    private static string? RegionIn(string? body)
    {
        int start = body?.IndexOf(Element, StringComparison.Ordinal) ?? -1;
        int end = start < 0 ? -1 : body!.IndexOf('<', start + Element.Length);
        return end < 0 ? null : body![(start + Element.Length)..end];
    }

    private static bool IsName(string region) =>
        region.Length <= LongestName
        && region.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Cis.Aws.Indexing;

/// <summary>
/// Signs requests by AWS Signature Version 4. The SDK has the credentials and derives the key; it has no client for
/// OpenSearch's own API, so the canonical request is made here.
/// </summary>
internal sealed class RequestSigner(string region, string service, Func<Task<ImmutableCredentials>> credentials)
{
    /// <summary>Adds the headers of the signature to a request that is otherwise complete.</summary>
    /// <param name="request">With an absolute URL.</param>
    /// <param name="body">The bytes of its content; empty for none.</param>
    /// <param name="now">The time of signing.</param>
    internal async Task SignAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        ImmutableCredentials key = await credentials();
        string bodyHash = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = request.RequestUri!.Authority,
            ["x-amz-date"] = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (key.UseToken)
        {
            headers["x-amz-security-token"] = key.Token;
        }

        if (service == "aoss")
        {
            // Serverless collections refuse a request without it.
            headers["x-amz-content-sha256"] = bodyHash;
        }

        string signed = string.Join(';', headers.Keys);
        string canonical = CanonicalRequest(request, headers, signed, bodyHash);
        AWS4SigningResult signature = AWS4Signer.ComputeSignature(
            key,
            region,
            now.UtcDateTime,
            service,
            signed,
            canonical
        );
        foreach ((string name, string value) in headers.Where(header => header.Key != "host"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }

    private static string CanonicalRequest(
        HttpRequestMessage request,
        SortedDictionary<string, string> headers,
        string signed,
        string bodyHash
    )
    {
        var text = new StringBuilder();
        text.Append(request.Method.Method).Append('\n');
        text.Append(CanonicalPath(request.RequestUri!)).Append('\n');
        text.Append(CanonicalQuery(request.RequestUri!)).Append('\n');
        foreach ((string name, string value) in headers)
        {
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        return text.Append('\n').Append(signed).Append('\n').Append(bodyHash).ToString();
    }

    // All services but S3 encode the path as it goes over the wire once more.
    private static string CanonicalPath(Uri url) =>
        string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string CanonicalQuery(Uri url)
    {
        IEnumerable<string> parameters = url
            .Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(parameter => parameter.Split('=', 2))
            .Select(parts => $"{Encoded(parts[0])}={(parts.Length > 1 ? Encoded(parts[1]) : "")}");
        return string.Join('&', parameters.Order(StringComparer.Ordinal));
    }

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));
}

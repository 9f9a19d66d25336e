namespace Cis.Aws.Indexing;

/// <summary>The parsed endpoint.</summary>
/// <param name="Base">Ends with a slash, names no user.</param>
/// <param name="Authentication">Never <see cref="OpenSearchAuthentication.Auto"/>.</param>
/// <param name="SigningService"><c>es</c> or <c>aoss</c>.</param>
/// <param name="User">For basic authentication.</param>
/// <param name="Password">For basic authentication.</param>
internal sealed record OpenSearchEndpoint(
    Uri Base,
    OpenSearchAuthentication Authentication,
    string SigningService,
    string? User,
    string? Password
)
{
    /// <summary>Parses the options.</summary>
    /// <exception cref="FormatException">They contradict each other; the message is for a person.</exception>
    internal static OpenSearchEndpoint Parse(OpenSearchOptions options)
    {
        Uri url = ParseUrl(options.Endpoint);
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowHttp)
        {
            throw new FormatException(
                $"OpenSearch at {url.Host} must be reached over https; set opensearch-http to send documents in the clear"
            );
        }

        (string? user, string? password) = UserOf(url, options);
        OpenSearchAuthentication authentication = Choose(options.Authentication, user, url);
        if (authentication == OpenSearchAuthentication.Basic && (user is null || password is null))
        {
            throw new FormatException("basic authentication needs opensearch-user and opensearch-password");
        }

        return new(WithoutUser(url), authentication, ServiceOf(options.SigningService, url), user, password);
    }

    private static Uri ParseUrl(string endpoint)
    {
        string text = endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : "https://" + endpoint;
        return
            Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url.Scheme is "http" or "https"
            && url.Host.Length > 0
            && url.Query.Length == 0
            && url.Fragment.Length == 0
            ? url
            : throw new FormatException(
                $"the OpenSearch endpoint is a host or a URL such as https://host:9200, not \"{Shown(endpoint)}\""
            );
    }

    // A password in a URL that cannot be understood must not reach the log.
    private static string Shown(string endpoint) =>
        endpoint.LastIndexOf('@') is var at and >= 0 ? "…" + endpoint[at..] : endpoint;

    private static (string? User, string? Password) UserOf(Uri url, OpenSearchOptions options)
    {
        if (options.User is not null || url.UserInfo.Length == 0)
        {
            return (options.User, options.Password);
        }

        string[] parts = url.UserInfo.Split(':', 2);
        return (
            Uri.UnescapeDataString(parts[0]),
            parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : options.Password
        );
    }

    private static OpenSearchAuthentication Choose(OpenSearchAuthentication wanted, string? user, Uri url) =>
        wanted != OpenSearchAuthentication.Auto ? wanted
        : user is not null ? OpenSearchAuthentication.Basic
        : url.IsLoopback ? OpenSearchAuthentication.None
        : OpenSearchAuthentication.Signature;

    private static string ServiceOf(string? wanted, Uri url) =>
        wanted ?? (url.Host.EndsWith(".aoss.amazonaws.com", StringComparison.OrdinalIgnoreCase) ? "aoss" : "es");

    private static Uri WithoutUser(Uri url)
    {
        var builder = new UriBuilder(url) { UserName = "", Password = "" };
        builder.Path = builder.Path.TrimEnd('/') + "/";
        return builder.Uri;
    }
}

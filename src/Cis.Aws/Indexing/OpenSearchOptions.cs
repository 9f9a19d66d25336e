namespace Cis.Aws.Indexing;

/// <summary>How requests to OpenSearch are authenticated.</summary>
public enum OpenSearchAuthentication
{
    /// <summary>Basic if a user is set, none for a loopback address, otherwise a signature.</summary>
    Auto,

    /// <summary>AWS Signature Version 4 with the SDK's credentials.</summary>
    Signature,

    /// <summary>A user's name and password.</summary>
    Basic,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>The address of OpenSearch and how to authenticate.</summary>
public sealed record OpenSearchOptions
{
    /// <summary>A host (https, port 443), or a URL with scheme and port; a path before the API's own is kept.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The index, or the alias over it, that documents go to.</summary>
    public string Index { get; init; } = "cis-files";

    /// <summary>How requests are authenticated.</summary>
    public OpenSearchAuthentication Authentication { get; init; }

    /// <summary>The user for <see cref="OpenSearchAuthentication.Basic"/>; by default the one in the endpoint's URL.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>The region to sign for.</summary>
    public string Region { get; init; } = "ap-northeast-1";

    /// <summary>
    /// The service to sign for: <c>es</c> for a domain, <c>aoss</c> for a serverless collection; null to tell by the
    /// host's name.
    /// </summary>
    public string? SigningService { get; init; }

    /// <summary>A PEM file with the certificates to trust instead of the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>Whether http is allowed to other machines than this one.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

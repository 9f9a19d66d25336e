namespace Cis.Aws.Storing;

/// <summary>How objects are fetched.</summary>
public sealed record DownloadOptions
{
    /// <summary>The configured bucket: what is wrong with it is not a message's fault. Null if none is configured.</summary>
    public string? Bucket { get; init; }

    /// <summary>Objects over this many bytes are fetched in parts.</summary>
    public long PartThreshold { get; init; } = 50L << 20;

    /// <summary>The bytes of a part.</summary>
    public long PartSize { get; init; } = 10L << 20;

    /// <summary>Parts of one object fetched at the same time.</summary>
    public int PartsAtOnce { get; init; } = 4;

    /// <summary>How long a body may stand still before it is given up.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

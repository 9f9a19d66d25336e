using Cis.Pages;

namespace Cis.Worker.Ports;

/// <summary>The store of the files that notifications name. Thread-safe.</summary>
public interface IObjectStore
{
    /// <summary>Writes an object into a new file, whole and verified.</summary>
    /// <param name="reference">Which object.</param>
    /// <param name="targetFile">A path in an existing folder; after a failure, whatever is there is to be thrown away.</param>
    /// <param name="reserve">
    /// Called once with the object's size before its first byte is written; returns once there is room for it.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ReadException">
    /// <see cref="Outcome.ObjectMissing"/>, <see cref="Outcome.AccessDenied"/>, or what <paramref name="reserve"/> threw.
    /// </exception>
    /// <exception cref="TransientException">
    /// The store cannot be reached, cut the body short, or the object was overwritten while it was read, twice.
    /// </exception>
    Task<ObjectFacts> FetchAsync(
        ObjectReference reference,
        string targetFile,
        Func<long, CancellationToken, ValueTask> reserve,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Looks at a bucket: what a store says of one that is known to be right tells whether it is the right store. Never throws
    /// for what the store does.
    /// </summary>
    /// <param name="bucket">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<BucketState> LookAsync(string bucket, CancellationToken cancellationToken) =>
        Task.FromResult(BucketState.Listed);
}

/// <summary>What a store says of a bucket.</summary>
public enum BucketState
{
    /// <summary>Nothing that says whether there is one.</summary>
    Unknown,

    /// <summary>It is there, and may not be listed.</summary>
    Denied,

    /// <summary>It is there, and may be listed.</summary>
    Listed,
}

/// <summary>Names an object.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key, decoded: the very characters that it has.</param>
/// <param name="VersionId">Which version; null for the newest.</param>
public sealed record ObjectReference(string Bucket, string Key, string? VersionId = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        VersionId is null ? $"{Bucket}/{Key}" : $"{Bucket}/{Key} (version {VersionId})";
}

/// <summary>What the store reports about a downloaded object.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="ETag">Without quotes; null if the store has none.</param>
/// <param name="VersionId">The version that was given; null if the bucket has none.</param>
/// <param name="ContentType">The media type that was stored with it; null if none.</param>
/// <param name="LastModified">When it was stored; null if not known.</param>
public sealed record ObjectFacts(
    long Length,
    string? ETag,
    string? VersionId,
    string? ContentType,
    DateTimeOffset? LastModified
)
{
    /// <summary>
    /// Whether the answer has the request id that S3 gives each. One without may be a page that a proxy or a portal gives in the place
    /// of each object: only what can be read in it shows that it is none.
    /// </summary>
    public bool HasRequestId { get; init; } = true;
}

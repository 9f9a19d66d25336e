using System.Diagnostics;

namespace Cis.Worker.Ports;

/// <summary>The full-text index that documents go to. Thread-safe.</summary>
public interface IDocumentIndex
{
    /// <summary>
    /// Writes documents; one of the same id and of the same or a lower version is replaced, one of a higher version stays
    /// (<c>version_type=external_gte</c>). They are durable and found by their id once this returns.
    /// </summary>
    /// <param name="documents">At least one; no id twice.</param>
    /// <param name="cancellationToken">Gives up; some may have been written.</param>
    /// <returns>A result for each document, in their order.</returns>
    /// <exception cref="TransientException">The index cannot be reached or refuses the whole batch.</exception>
    Task<IReadOnlyList<IndexResult>> BulkAsync(
        IReadOnlyList<IndexDocument> documents,
        CancellationToken cancellationToken
    );
}

/// <summary>A document on its way into the index.</summary>
/// <param name="Id">At most 512 bytes in UTF-8.</param>
/// <param name="Version">Not negative; see <see cref="IDocumentIndex.BulkAsync"/>.</param>
/// <param name="Record">The document.</param>
/// <param name="Source">The same as one line of JSON in UTF-8, without a line end, as it goes to OpenSearch.</param>
public sealed record IndexDocument(string Id, long Version, FileRecord Record, ReadOnlyMemory<byte> Source)
{
    /// <summary>The span that waits for it; the default without tracing.</summary>
    public ActivityContext Trace { get; init; }
}

/// <summary>The result for a document of a bulk.</summary>
public enum IndexStatus
{
    /// <summary>It is in the index.</summary>
    Indexed,

    /// <summary>The index has a newer version (409), which is as good as success.</summary>
    Superseded,

    /// <summary>The index refuses it (other 4xx): retrying is useless.</summary>
    Refused,

    /// <summary>The index is overloaded or has an error (429, 5xx): to be retried.</summary>
    Busy,

    /// <summary>
    /// The index takes no document as it stands (locked, closed, not there, not ours to write to): a person has to put it
    /// right, and until then nothing more is to be sent.
    /// </summary>
    Unavailable,
}

/// <summary>The result of a document of a batch.</summary>
/// <param name="Status">How it fared.</param>
/// <param name="Reason">What the index said; null if all is well.</param>
/// <param name="Code">What it calls that, in the same words each time; null if all is well or it has no word for it.</param>
public readonly record struct IndexResult(IndexStatus Status, string? Reason = null, string? Code = null)
{
    /// <summary>How long the index asked to wait; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the index takes others while it is too busy for this one: then that says nothing against it.</summary>
    internal bool IsAlone { get; init; }

    /// <summary>The document is in the index.</summary>
    public static IndexResult Indexed { get; } = new(IndexStatus.Indexed);
}

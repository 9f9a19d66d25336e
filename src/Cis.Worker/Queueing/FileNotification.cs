using System.Globalization;
using Cis.Worker.Ports;

namespace Cis.Worker.Queueing;

/// <summary>What a message says about one file.</summary>
/// <param name="Object">Where it lies.</param>
internal sealed record FileNotification(ObjectReference Object)
{
    /// <summary>The sender's name for it; null in S3's own notifications.</summary>
    internal string? FileId { get; init; }

    internal string? FileName { get; init; }

    /// <summary>In bytes.</summary>
    internal long? FileSize { get; init; }

    internal string? MimeType { get; init; }

    /// <summary>As the sender wrote it, except that epoch times and HTTP dates are converted to ISO 8601.</summary>
    internal string? LastModified { get; init; }

    /// <summary>S3's sequencer, which orders the events of one key: hexadecimal digits.</summary>
    internal string? Sequencer { get; init; }

    /// <summary>How the keys end of the empty objects that S3's console creates for folders.</summary>
    internal bool IsFolderMarker => Object.Key.EndsWith('/') && FileSize is 0;

    /// <summary>The id of the document.</summary>
    internal string Id => FileId ?? $"{Object.Bucket}/{Object.Key}";

    /// <summary>The name to show: the sender's, or the last part of the key.</summary>
    internal string Name => FileName ?? Object.Key[(Object.Key.TrimEnd('/').LastIndexOf('/') + 1)..];

    /// <summary><see cref="LastModified"/> as a moment; null if there is none.</summary>
    internal DateTimeOffset? LastModifiedAt =>
        DateTimeOffset.TryParse(
            LastModified,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset moment
        )
            ? moment
            : null;
}

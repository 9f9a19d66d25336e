using System.Globalization;
using Cis.Worker.Ports;

namespace Cis.Worker.Queueing;

/// <summary>What a message says of one file.</summary>
/// <param name="Object">Where it lies.</param>
internal sealed record FileNotification(ObjectReference Object)
{
    /// <summary>The sender's name for it; null in S3's own notifications.</summary>
    internal string? FileId { get; init; }

    internal string? FileName { get; init; }

    /// <summary>In bytes.</summary>
    internal long? FileSize { get; init; }

    internal string? MimeType { get; init; }

    /// <summary>As the sender wrote it, but for epoch times and web dates, which are turned into ISO 8601.</summary>
    internal string? LastModified { get; init; }

    /// <summary>S3's place of the event among those of the same key: hexadecimal digits.</summary>
    internal string? Sequencer { get; init; }

    /// <summary>What S3's console makes for a folder: an empty object whose key ends so.</summary>
    internal bool IsFolderMarker => Object.Key.EndsWith('/') && FileSize is 0;

    /// <summary>What the document is known by.</summary>
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

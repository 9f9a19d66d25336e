using System.Diagnostics;

namespace Cis.Documents;

/// <summary>The kinds of document that cis reads.</summary>
public enum DocumentType
{
    /// <summary>Portable Document Format.</summary>
    Pdf,

    /// <summary>JPEG, baseline or progressive.</summary>
    Jpeg,

    /// <summary>PNG; of an animation the default image.</summary>
    Png,

    /// <summary>TIFF: every directory is a page.</summary>
    Tiff,

    /// <summary>WebP; of an animation the first frame.</summary>
    WebP,

    /// <summary>GIF; of an animation the first frame.</summary>
    Gif,

    /// <summary>AVIF: AV1 in a HEIF container; of a sequence the primary image.</summary>
    Avif,

    /// <summary>Windows or OS/2 bitmap.</summary>
    Bmp,
}

/// <summary>Names and media types of <see cref="DocumentType"/>.</summary>
internal static class DocumentTypes
{
    internal static string MimeTypeOf(DocumentType type) =>
        type switch
        {
            DocumentType.Pdf => "application/pdf",
            DocumentType.Jpeg => "image/jpeg",
            DocumentType.Png => "image/png",
            DocumentType.Tiff => "image/tiff",
            DocumentType.WebP => "image/webp",
            DocumentType.Gif => "image/gif",
            DocumentType.Avif => "image/avif",
            DocumentType.Bmp => "image/bmp",
            _ => throw new UnreachableException(),
        };

    internal static string NameOf(DocumentType type) =>
        type == DocumentType.WebP ? "WebP" : type.ToString().ToUpperInvariant();

    internal static DocumentType? OfName(string name) =>
        Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".pdf" => DocumentType.Pdf,
            ".jpg" or ".jpeg" or ".jpe" or ".jfif" => DocumentType.Jpeg,
            ".png" or ".apng" => DocumentType.Png,
            ".tif" or ".tiff" => DocumentType.Tiff,
            ".webp" => DocumentType.WebP,
            ".gif" => DocumentType.Gif,
            ".avif" => DocumentType.Avif,
            ".bmp" or ".dib" => DocumentType.Bmp,
            _ => null,
        };

    internal static DocumentType? OfMimeType(string? mimeType)
    {
        string bare = (mimeType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return bare switch
        {
            "application/pdf" or "application/x-pdf" => DocumentType.Pdf,
            "image/jpeg" or "image/jpg" or "image/pjpeg" => DocumentType.Jpeg,
            "image/png" or "image/apng" => DocumentType.Png,
            "image/tiff" => DocumentType.Tiff,
            "image/webp" => DocumentType.WebP,
            "image/gif" => DocumentType.Gif,
            "image/avif" => DocumentType.Avif,
            "image/bmp" or "image/x-bmp" or "image/x-ms-bmp" => DocumentType.Bmp,
            _ => null,
        };
    }
}

using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>A file embedded in a PDF.</summary>
/// <param name="Index">Its place among the document's, from 0.</param>
/// <param name="Name">What it is called: for people only, and no path.</param>
/// <param name="IsPages">Whether its name or declared type is of a kind that cis reads.</param>
internal readonly record struct PdfAttachment(int Index, string Name, bool IsPages);

/// <summary>The files embedded in a document, by its name tree; those that hang on an annotation are not among them.</summary>
internal static unsafe class PdfAttachments
{
    /// <summary>A mail with all that came with it has fewer; a bound on the work that a crafted file asks for.</summary>
    internal const int Most = 100;

    // In bytes of UTF-16. No file system has longer names.
    private const int MaxName = 512;

    // Of a name that is said, in characters.
    private const int MaxShown = 80;

    /// <summary>How many files there are.</summary>
    internal static int Count(PdfiumNative pdfium, nint document) => Math.Max(0, pdfium.CountAttachments(document));

    /// <summary>The first <see cref="Most"/> of them.</summary>
    internal static List<PdfAttachment> List(PdfiumNative pdfium, nint document)
    {
        var found = new List<PdfAttachment>();
        int count = Math.Min(Count(pdfium, document), Most);
        for (int i = 0; i < count; i++)
        {
            nint attachment = pdfium.GetAttachment(document, i);
            string name = NameOf(pdfium, attachment);
            found.Add(new PdfAttachment(i, ShownName(name, i), IsOfPages(pdfium, attachment, name)));
        }

        return found;
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="ReadException">It is damaged, or has more bytes than allowed.</exception>
    internal static byte[] Read(PdfiumNative pdfium, nint document, PdfAttachment attachment, long most)
    {
        nint handle = pdfium.GetAttachment(document, attachment.Index);
        nuint length = 0;
        if (handle == nint.Zero || !pdfium.GetAttachmentFile(handle, null, 0, &length) || length == 0)
        {
            throw new ReadException(Outcome.Corrupt, $"{attachment.Name} is empty or damaged.");
        }

        if (length > (nuint)Math.Min(most, Array.MaxLength))
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{attachment.Name} has {length >> 20} MB, and no more than {most >> 20} MB are left of what all attachments may have."
            );
        }

        byte[] bytes = new byte[length];
        fixed (byte* start = bytes)
        {
            _ = pdfium.GetAttachmentFile(handle, start, length, &length);
        }

        return bytes;
    }

    private static bool IsOfPages(PdfiumNative pdfium, nint attachment, string name) =>
        DocumentTypes.OfName(name) is not null || DocumentTypes.OfMimeType(SubtypeOf(pdfium, attachment)) is not null;

    private static string NameOf(PdfiumNative pdfium, nint attachment)
    {
        char* name = stackalloc char[MaxName / sizeof(char)];
        nuint bytes = attachment == nint.Zero ? 0 : pdfium.GetAttachmentName(attachment, name, MaxName);
        return bytes <= MaxName ? Terminated(name, bytes) : "";
    }

    private static string SubtypeOf(PdfiumNative pdfium, nint attachment)
    {
        char* name = stackalloc char[MaxName / sizeof(char)];
        nuint bytes = attachment == nint.Zero ? 0 : pdfium.GetAttachmentSubtype(attachment, name, MaxName);
        return bytes <= MaxName ? Terminated(name, bytes) : "";
    }

    private static string Terminated(char* text, nuint bytes) =>
        new string(text, 0, (int)bytes / sizeof(char)).TrimEnd('\0');

    /// <summary>The last part of what may be a path, without what would break a line.</summary>
    private static string ShownName(string name, int index)
    {
        string last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        string shown = new([.. last.Select(c => char.IsControl(c) ? '?' : c).Take(MaxShown)]);
        return shown.Length > 0 ? shown : $"attachment {index + 1}";
    }
}

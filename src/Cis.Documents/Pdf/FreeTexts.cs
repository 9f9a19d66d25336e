using System.Globalization;

namespace Cis.Documents.Pdf;

/// <summary>Text written on a page by its reader, which viewers set themselves since it came without an appearance.</summary>
/// <param name="Text">Its lines.</param>
/// <param name="Box">Where, in page units.</param>
/// <param name="Size">Of its type, in points.</param>
internal readonly record struct FreeText(string Text, FsRect Box, float Size);

/// <summary>Reads what annotations say that PDFium does not draw.</summary>
internal static unsafe class FreeTexts
{
    private const float UsualSize = 12;
    private const int MaxBytes = 64 * 1024;

    /// <summary>What an annotation shows by its words alone; null where it has an appearance or is not shown.</summary>
    internal static FreeText? Of(PdfiumNative pdfium, nint annotation)
    {
        // An empty string is a terminator of two bytes.
        if (
            pdfium.GetAnnotationSubtype(annotation) != FsAnnotation.FreeText
            || (pdfium.GetAnnotationFlags(annotation) & FsAnnotation.NotShown) != 0
            || pdfium.GetAppearance(annotation, 0, null, 0) > 2
        )
        {
            return null;
        }

        FsRect box;
        string text = StringOf(pdfium, annotation, "Contents\0"u8);
        return text.Length > 0 && pdfium.GetAnnotationRect(annotation, &box) != 0
            ? new FreeText(text, box, SizeIn(StringOf(pdfium, annotation, "DA\0"u8)))
            : null;
    }

    private static string StringOf(PdfiumNative pdfium, nint annotation, ReadOnlySpan<byte> key)
    {
        fixed (byte* name = key)
        {
            uint bytes = Math.Min(pdfium.GetAnnotationString(annotation, name, null, 0), MaxBytes);
            char[] text = new char[bytes / sizeof(char)];
            fixed (char* start = text)
            {
                pdfium.GetAnnotationString(annotation, name, start, bytes);
            }

            return new string(text).TrimEnd('\0');
        }
    }

    /// <summary>The size in a default appearance: /Helv 14 Tf 0 g. None, or 0, leaves it to the viewer.</summary>
    private static float SizeIn(string appearance)
    {
        string[] words = appearance.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int font = Array.IndexOf(words, "Tf");
        return
            font > 0
            && float.TryParse(words[font - 1], NumberStyles.Float, CultureInfo.InvariantCulture, out float size)
            && size is > 1 and < 1000
            ? size
            : UsualSize;
    }
}

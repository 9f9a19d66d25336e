using System.Buffers;
using Cis.Documents.Pdf.Writing;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Names pages that stand in for what a document really holds: the sheet that asks for another viewer where the form is
/// XFA, the cover of a portfolio.
/// </summary>
internal static class StandIn
{
    internal const string XfaForm = "XFA form";
    internal const string Portfolio = "portfolio";

    // The sheets have 60 to 110 words; a page that speaks about them has more to say.
    private const int MostCharacters = 1500;

    // What Adobe's programs put on the sheet: LiveCycle 8 and later, LiveCycle 7.
    private static readonly string[] FormSheets =
    [
        "if this message is not eventually replaced by the proper contents of the document",
        "to view the full contents of this document, you need a later version of the pdf viewer",
        "the document you are trying to load requires adobe reader",
        "this pdf form requires a newer version of adobe acrobat",
    ];

    // Acrobat 9 and later, Acrobat 8.
    private static readonly string[] Covers =
    [
        "for the best experience, open this pdf portfolio in",
        "multiple files are bound together in this pdf package",
    ];

    // One of them is in each of these; of other pages, few have any.
    private static readonly SearchValues<string> Telltales = SearchValues.Create(
        ["eventually", "viewer", "adobe", "acrobat", "package", "portfolio"],
        StringComparison.OrdinalIgnoreCase
    );

    // In every language, the sheet names the viewer that it wants.
    private static readonly string[] Viewers = ["adobe", "acrobat"];

    /// <summary>What the page with this text stands in for; null for a page of its own.</summary>
    /// <param name="text">The page's digital text.</param>
    /// <param name="isXfa">Whether the document says that a viewer is to make its pages out of XFA.</param>
    internal static string? Of(string text, bool isXfa)
    {
        if (text.Length is 0 or > MostCharacters || !text.AsSpan().ContainsAny(Telltales))
        {
            return null;
        }

        string flat = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .ToLowerInvariant();
        return Contains(flat, FormSheets) || (isXfa && Contains(flat, Viewers)) ? XfaForm
            : Contains(flat, Covers) ? Portfolio
            : null;
    }

    /// <summary>Whether a document with attachments is a portfolio: its catalog has a collection.</summary>
    internal static bool IsPortfolio(DocumentSource source)
    {
        if (source.Length > int.MaxValue)
        {
            return false;
        }

        ReadOnlySpan<byte> file = FileOf(source);
        // PDFium shows no catalog. A damaged file has none that could be told either.
        return PdfXref.Read(file, Math.Max(0, file[..Math.Min(file.Length, 1024)].IndexOf("%PDF-"u8))) is { } xref
            && new PdfObjects(source, xref).Dictionary(xref.Trailer["Root"]) is { } catalog
            && catalog.Has("Collection");
    }

    private static unsafe ReadOnlySpan<byte> FileOf(DocumentSource source) => new(source.Data, (int)source.Length);

    private static bool Contains(string text, string[] any) =>
        Array.Exists(any, said => text.Contains(said, StringComparison.Ordinal));

    /// <summary>What is said of a form's page.</summary>
    internal static PageRemarks FormRemarks { get; } =
        new()
        {
            Unreadable = XfaForm,
            Notes =
            [
                "The document is an XFA form, which cis does not read, and its page only asks for another viewer: "
                    + "print it to a PDF with Adobe Acrobat or Reader, and read that.",
            ],
        };
}

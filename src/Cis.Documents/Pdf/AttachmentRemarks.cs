using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>What is said on a document's first page of files in it that were not read.</summary>
internal static class AttachmentRemarks
{
    // A line for a person; the others are counted.
    private const int NamesShown = 5;

    /// <summary>
    /// Of a portfolio, whose pages are but a cover, all files count; of another document those that could be read: the
    /// XML that comes with an invoice is no page.
    /// </summary>
    internal static PageRemarks Of(List<PdfAttachment> attachments, bool isPortfolio)
    {
        List<PdfAttachment> pages = attachments.FindAll(attachment => attachment.IsPages);
        if (isPortfolio)
        {
            return new PageRemarks
            {
                Unreadable = StandIn.Portfolio,
                Notes = [$"The document is a portfolio of {Listed(attachments)} not read{Advice(pages.Count)}."],
            };
        }

        return pages.Count == 0
            ? PageRemarks.None
            : new PageRemarks { Notes = [$"The document has {Listed(pages)} not read{Advice(pages.Count)}."] };
    }

    private static string Advice(int readable) => readable > 0 ? "; --attachments on reads PDFs and images" : "";

    private static string Listed(List<PdfAttachment> attachments)
    {
        string names = string.Join(", ", attachments.Take(NamesShown).Select(attachment => attachment.Name));
        string more = attachments.Count > NamesShown ? ", …" : "";
        string count = attachments.Count switch
        {
            0 => "files that are not in it, and were",
            1 => "1 attached file that was",
            >= PdfAttachments.Most => $"{PdfAttachments.Most} attached files or more that were",
            int n => $"{n} attached files that were",
        };
        return names.Length == 0
            ? count
            : $"{count.Replace(" that", $" ({names}{more}) that", StringComparison.Ordinal)}";
    }
}

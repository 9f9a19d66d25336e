using System.Text;
using Cis.Pages;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// A PDF of an image file, a page of its own size for each of its images. What PDF has a filter for is put in as it is;
/// other images are decoded as they were for reading, and packed without loss.
/// </summary>
internal sealed unsafe class ImagePdf(
    DocumentSource source,
    IDocumentReader reader,
    ReadingOptions options,
    Stream output
) : IDisposable
{
    // What a page without any picture is as large as: A4.
    private const string EmptyBox = "[0 0 595 842]";

    private readonly PageImage _pixels = new();
    private readonly TextLayerFont _font = new();
    private readonly List<string> _notes = [];
    private readonly List<int> _pages = [];
    private IDocument? _document;

    private ReadOnlySpan<byte> File => new(source.Data, (int)Math.Min(source.Length, int.MaxValue));

    /// <summary>Writes the PDF; see <see cref="SearchableCopy.Write"/>.</summary>
    internal IReadOnlyList<string> Write(
        IReadOnlyDictionary<int, PageText> texts,
        int pageCount,
        string producer,
        CancellationToken token
    )
    {
        ReadOnlySpan<byte> header = [.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3, (byte)'\n'];
        output.Write(header);
        var file = new PdfUpdate(PdfXref.Of([], new PdfDictionary()), header.Length, origin: 0);
        (int tree, int font) = (file.Reserve(), file.Reserve());
        for (int i = 0; i < pageCount; i++)
        {
            token.ThrowIfCancellationRequested();
            AddPage(file, i, texts.GetValueOrDefault(i + 1), tree, font, token);
            file.WriteObjects(output);
        }

        file.Put(font, _font.Write(file.Add));
        string kids = string.Join(' ', _pages.Select(page => $"{page} 0 R"));
        file.Put(tree, Bytes($"<</Type/Pages/Kids[{kids}]/Count {_pages.Count}>>"));
        file.SetTrailer("Root", $"{file.Add(Bytes($"<</Type/Catalog/Pages {tree} 0 R>>"))} 0 R");
        file.SetTrailer("Info", $"{file.Add(Bytes($"<</Producer({producer})>>"))} 0 R");
        file.Finish(output);
        return _notes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _document?.Dispose();
        _pixels.Dispose();
    }

    private void AddPage(PdfUpdate file, int index, PageText? text, int tree, int font, CancellationToken token)
    {
        PagePicture? picture = TryFind(index, token);
        if (picture is null)
        {
            _pages.Add(file.Add(Bytes($"<</Type/Page/Parent {tree} 0 R/MediaBox{EmptyBox}/Resources<<>>>>")));
            return;
        }

        (double width, double height) = picture.Size;
        var box = new FsRect { Right = (float)width, Top = (float)height };
        byte[] layer = text is null
            ? []
            : new TextLayerContent(_font, new PagePlacement(box, QuarterTurns: 0), text).Build("CisText");
        int content = file.Add(PdfStreams.Body(new PdfDictionary(), (byte[])[.. layer, .. picture.Draw()]));
        var images = new StringBuilder();
        for (int i = 0; i < picture.Parts.Count; i++)
        {
            PicturePart part = picture.Parts[i];
            images.Append($"/Im{i} {file.Add(PdfStreams.Body(part.Dictionary, part.Data, filter: null))} 0 R");
        }

        string fonts = layer.Length > 0 ? $"/Font<</CisText {font} 0 R>>" : "";
        FormattableString page =
            $"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {width:0.####} {height:0.####}]/Contents {content} 0 R/Resources<</XObject<<{images}>>{fonts}>>>>";
        _pages.Add(file.Add(Bytes(FormattableString.Invariant(page))));
    }

    private PagePicture? TryFind(int index, CancellationToken token)
    {
        try
        {
            return FindAsItIs(index) ?? Decode(index, token);
        }
        catch (ReadException e)
        {
            _notes.Add($"page {index + 1} is empty in the PDF: {e.Message}");
            return null;
        }
    }

    private PagePicture? FindAsItIs(int index) =>
        source.Type switch
        {
            DocumentType.Jpeg => JpegPicture.Find(File, options.Dpi),
            DocumentType.Png => PngPicture.Find(File, options.Dpi),
            DocumentType.Tiff => FaxPicture.Find(File, index, options.Dpi),
            _ => null,
        };

    private PagePicture Decode(int index, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        if (options.Limits.PageTimeout > TimeSpan.Zero)
        {
            limit.CancelAfter(options.Limits.PageTimeout);
        }

        try
        {
            _document ??= reader.Open(source, options, limit.Token);
            PageContent content = _document.Read(index, _pixels, limit.Token);
            return DecodedPicture.Of(_pixels, new Resolution(content.Dpi, content.Dpi).Or(options.Dpi).Across);
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            throw new ReadException(
                Outcome.TimedOut,
                "decoding it took longer than is allowed for a page (page-seconds)",
                e
            );
        }
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}

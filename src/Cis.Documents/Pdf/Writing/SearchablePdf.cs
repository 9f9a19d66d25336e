using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cis.Pages;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// A PDF that gets what was read of it as an invisible text layer. The file is kept byte for byte and an update put behind
/// it: new page dictionaries, whose contents begin with the layer, and its font. So no stream is decoded and no image
/// touched, and whatever a page's own content does to the graphics state comes after the layer.
/// </summary>
internal sealed unsafe partial class SearchablePdf
{
    // A content stream beyond, decoded, is a map or an attack: what is hidden in it stays.
    private const int MaxContent = 32 << 20;

    private const int MaxMetadata = 4 << 20;

    // Readers look for the header so far into a file.
    private const int HeaderWindow = 1024;

    private readonly DocumentSource _source;
    private readonly int _origin;
    private readonly List<string> _notes = [];
    private readonly Dictionary<(int Owner, string Font), int> _resources = [];
    private readonly TextLayerFont _font = new();
    private PdfObjects _objects;
    private List<PdfPage> _pages;
    private PdfUpdate _update;
    private int _fontNumber;
    private int _unplaced;
    private bool _isChanged;

    private SearchablePdf(DocumentSource source, int most)
    {
        _source = source;
        _origin = Math.Max(0, File[..Math.Min(File.Length, HeaderWindow)].IndexOf("%PDF-"u8));
        Use(PdfXref.Read(File, _origin) ?? PdfSalvage.Find(source), most);
        if (_pages.Count == 0 && PdfSalvage.Find(source) is { } salvaged)
        {
            Use(salvaged, most);
        }
    }

    private ReadOnlySpan<byte> File => new(_source.Data, (int)_source.Length);

    /// <summary>Prepares a file.</summary>
    /// <param name="source">Its bytes, which must live as long as this.</param>
    /// <param name="mostPages">The limit of pages.</param>
    /// <exception cref="ReadException">It is encrypted, too large, or too damaged.</exception>
    internal static SearchablePdf Open(DocumentSource source, int mostPages)
    {
        if (source.Length > int.MaxValue)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{source.Name} is a PDF of more than 2 GiB, which cannot be given a text layer."
            );
        }

        return new SearchablePdf(source, mostPages);
    }

    /// <summary>Writes the file with its text layer.</summary>
    /// <param name="texts">What was read, by the number of its page.</param>
    /// <param name="pageCount">How many pages the reader found.</param>
    /// <param name="producer">The program's name and version.</param>
    /// <param name="output">Takes the file.</param>
    /// <returns>What its user should know, a sentence each.</returns>
    /// <exception cref="ReadException">The file is too damaged.</exception>
    internal IReadOnlyList<string> Write(
        IReadOnlyDictionary<int, PageText> texts,
        int pageCount,
        string producer,
        Stream output
    )
    {
        CheckPages(pageCount);
        _notes.Clear();
        var done = new HashSet<int>();
        foreach ((int number, PageText text) in texts.OrderBy(entry => entry.Key))
        {
            if (text.Source != TextSource.TextLayer && number <= _pages.Count && done.Add(KeyOf(number)))
            {
                AddLayer(_pages[number - 1], text);
            }
        }

        if (_unplaced > 0)
        {
            _notes.Add($"{_unplaced} of its pages cannot be replaced and are kept without a text layer");
        }

        bool isSigned = File.IndexOf("/ByteRange"u8) >= 0;
        if (!_isChanged && isSigned)
        {
            // Nothing was added: the signature may live.
            output.Write(File);
            return _notes;
        }

        Finish(producer, isSigned);
        output.Write(File);
        output.Write("\n"u8);
        _update.Finish(output);
        return _notes;
    }

    private int KeyOf(int number) => _pages[number - 1].Number is var key and > 0 ? key : -number;

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_objects), nameof(_pages), nameof(_update))]
    private void Use(PdfXref? xref, int most)
    {
        if (xref is null)
        {
            throw TooDamaged();
        }

        if (xref.Trailer.Has("Encrypt"))
        {
            throw new ReadException(
                Outcome.Encrypted,
                $"{_source.Name} is encrypted, and a searchable copy would not be: take the encryption away first, as with qpdf --decrypt."
            );
        }

        _objects = new PdfObjects(_source, xref);
        _pages = PdfPageTree.Read(_objects, most + 1);
        _update = new PdfUpdate(xref, _source.Length + 1, _origin);
    }

    /// <summary>Where the reader found other pages, it mended what is damaged: so it is done here.</summary>
    private void CheckPages(int pageCount)
    {
        if (_pages.Count != pageCount && PdfSalvage.Find(_source) is { } salvaged)
        {
            Use(salvaged, pageCount);
        }

        if (_pages.Count != pageCount)
        {
            throw TooDamaged();
        }
    }

    private ReadException TooDamaged() =>
        new(Outcome.Corrupt, $"{_source.Name} is no PDF, or too damaged to be given a text layer.");

    private void AddLayer(PdfPage page, PageText text)
    {
        if (page.Number == 0)
        {
            _unplaced++;
            return;
        }

        byte[]? bare = text.Source == TextSource.Ocr ? WithoutOldLayer(page) : null;
        if (bare is null && text.Lines.All(line => line.Source != TextSource.Ocr))
        {
            return;
        }

        _isChanged = true;
        var placement = new PagePlacement(
            PdfPageTree.BoxOf(_objects, page),
            PdfPageTree.QuarterTurnsOf(_objects, page)
        );
        (PdfDictionary dictionary, string fontName) = WithFont(page);
        byte[] layer = new TextLayerContent(_font, placement, text).Build(fontName);
        var contents = new StringBuilder("[");
        contents.Append(
            CultureInfo.InvariantCulture,
            $"{_update.Add(PdfStreams.Body(new PdfDictionary(), layer))} 0 R "
        );
        contents.Append(
            bare is null
                ? string.Join(' ', ContentsOf(page).Select(piece => Encoding.Latin1.GetString(piece.Span)))
                : $"{_update.Add(PdfStreams.Body(new PdfDictionary(), bare))} 0 R"
        );
        dictionary.Set("Contents", contents.Append(']').ToString());
        _update.Put(page.Number, dictionary.ToBytes());
    }

    /// <summary>The page's content streams, as they are referred to.</summary>
    private List<ReadOnlyMemory<byte>> ContentsOf(PdfPage page)
    {
        ReadOnlyMemory<byte> contents = page.Dictionary["Contents"];
        ReadOnlyMemory<byte> target = _objects.Resolve(contents);
        return target.Span.StartsWith("["u8) ? PdfPageTree.Elements(target)
            : target.IsEmpty ? []
            : [contents];
    }

    private byte[]? WithoutOldLayer(PdfPage page)
    {
        using var all = new MemoryStream();
        foreach (ReadOnlyMemory<byte> piece in ContentsOf(page))
        {
            if (
                !PdfSyntax.TryReadReference(piece.Span, out int number)
                || _objects.Stream(number, MaxContent - (int)all.Length, out _) is not { } plain
            )
            {
                return null;
            }

            all.Write(plain);
            all.WriteByte((byte)'\n');
            if (all.Length >= MaxContent)
            {
                return null;
            }
        }

        PdfDictionary? forms = _objects.Dictionary(_objects.Dictionary(page.Entry("Resources"))?["XObject"] ?? default);
        return HiddenTextFilter.Remove(all.GetBuffer().AsSpan(0, (int)all.Length), IsHiddenForm);

        bool IsHiddenForm(string name) =>
            PdfSyntax.TryReadReference((forms?[name] ?? default).Span, out int number)
            && _objects.Stream(number, MaxContent, out PdfDictionary? form) is { } content
            && form!.HasName("Subtype", "/Form"u8)
            && HiddenTextFilter.IsAll(content);
    }

    /// <summary>The page's dictionary with the font among its resources. Pages that share theirs go on sharing.</summary>
    private (PdfDictionary Dictionary, string FontName) WithFont(PdfPage page)
    {
        ReadOnlyMemory<byte> entry = page.Entry("Resources");
        PdfDictionary resources = _objects.Dictionary(entry) ?? new PdfDictionary();
        PdfDictionary fonts = _objects.Dictionary(resources["Font"]) ?? new PdfDictionary();
        string name = "CisText";
        for (int i = 2; fonts.Has(name); i++)
        {
            name = $"CisText{i}";
        }

        PdfDictionary dictionary = page.Dictionary.Copy();
        bool isShared = PdfSyntax.TryReadReference(entry.Span, out int owner) || !page.Dictionary.Has("Resources");
        owner = owner == 0 ? page.ResourcesOwner : owner;
        if (isShared && _resources.TryGetValue((owner, name), out int number))
        {
            dictionary.Set("Resources", $"{number} 0 R");
            return (dictionary, name);
        }

        _fontNumber = _fontNumber == 0 ? _update.Reserve() : _fontNumber;
        PdfDictionary newFonts = fonts.Copy();
        newFonts.Set(name, $"{_fontNumber} 0 R");
        PdfDictionary newResources = resources.Copy();
        newResources["Font"] = newFonts.ToBytes();
        if (isShared)
        {
            number = _update.Add(newResources.ToBytes());
            _resources[(owner, name)] = number;
            dictionary.Set("Resources", $"{number} 0 R");
        }
        else
        {
            dictionary["Resources"] = newResources.ToBytes();
        }

        return (dictionary, name);
    }

    private void Finish(string producer, bool isSigned)
    {
        if (_fontNumber != 0)
        {
            _update.Put(_fontNumber, _font.Write(_update.Add));
        }

        PutMetadata();
        // The last, where whoever looks for the producer without reading the file finds it.
        PutProducer(producer);
        if (isSigned)
        {
            _notes.Add("it is signed, and the searchable copy loses its signature");
        }
    }

    private void PutProducer(string producer)
    {
        ReadOnlyMemory<byte> entry = _objects.Xref.Trailer["Info"];
        PdfDictionary info = _objects.Dictionary(entry)?.Copy() ?? new PdfDictionary();
        info.Set("Producer", $"({producer})");
        int number = _update.Add(info.ToBytes());
        _update.SetTrailer("Info", $"{number} 0 R");
    }

    /// <summary>What said that it keeps to PDF/A says so no more: nothing here checks that.</summary>
    private void PutMetadata()
    {
        PdfDictionary? catalog = _objects.Dictionary(_objects.Xref.Trailer["Root"]);
        if (
            !PdfSyntax.TryReadReference((catalog?["Metadata"] ?? default).Span, out int number)
            || _objects.Stream(number, MaxMetadata, out PdfDictionary? dictionary) is not { } xml
            || xml.AsSpan().IndexOf("pdfaid:"u8) < 0
        )
        {
            return;
        }

        string without = PdfAClaim().Replace(Encoding.Latin1.GetString(xml), "");
        dictionary!.Remove("Filter");
        dictionary.Remove("DecodeParms");
        _update.Put(number, PdfStreams.Body(dictionary, Encoding.Latin1.GetBytes(without), filter: null));
        _notes.Add("it says that it is PDF/A; the searchable copy was not checked for that, and does not say so");
    }

    [GeneratedRegex(
        """<pdfaid:(?<tag>\w+)>[^<]*</pdfaid:\k<tag>>|\spdfaid:\w+\s*=\s*("[^"]*"|'[^']*')""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex PdfAClaim();
}

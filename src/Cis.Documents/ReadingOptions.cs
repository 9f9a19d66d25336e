using Cis.Layout;

namespace Cis.Documents;

/// <summary>When a PDF page's own text is taken in place of its pixels.</summary>
public enum TextLayerMode
{
    /// <summary>When it is real: visible, mapped to Unicode, and not a stamp on a scan.</summary>
    Auto,

    /// <summary>Whenever there is any, an invisible layer over a scan too.</summary>
    Always,

    /// <summary>Never: every page is read from its pixels.</summary>
    Never,
}

/// <summary>What becomes of text on a PDF page that no viewer shows.</summary>
public enum HiddenText
{
    /// <summary>It is left out: it may be what somebody has blacked out, or a bad layer behind a scan.</summary>
    Drop,

    /// <summary>It is taken like all other text.</summary>
    Keep,
}

/// <summary>The most that one document may ask for. Each is a setting; the defaults leave room for honest documents.</summary>
public sealed record DocumentLimits
{
    /// <summary>Bytes of the file. 512 MiB: ten times a 50-page color scan at 300 dpi.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Pages of the document. 10,000: the thickest bound volumes; at a second a page, three hours.</summary>
    public int MaxPages { get; init; } = 10_000;

    /// <summary>
    /// Pixels of one page; a larger page is rendered smaller, and its note says so. 50 million: A4 at 600 dpi is 35
    /// million, A3 at 500 dpi 48 million; in color that is 150 MB an engine.
    /// </summary>
    public long MaxPixelsPerPage { get; init; } = 50_000_000;

    /// <summary>
    /// Bytes that PDFium may hold while it reads a page. 448 MiB: with a page's pixels and the program itself a hostile
    /// page stays under 600 MB. A map of a million lines takes half of it, a color scan of A3 at 600 dpi as well.
    /// </summary>
    public long MaxPageMemory { get; init; } = 448L << 20;

    /// <summary>
    /// Time for one page, enforced by the caller through the token it gives to <see cref="IDocument.Read"/>. 60
    /// seconds: twenty times a dense page on one slow core.
    /// </summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for one file, enforced likewise. 30 minutes: 500 dense pages on one slow core.</summary>
    public TimeSpan FileTimeout { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>How a document is turned into pages.</summary>
public sealed record ReadingOptions
{
    /// <summary>The lowest resolution that <see cref="Dpi"/> takes: text of 12 points is then 8 pixels high.</summary>
    public const double MinDpi = 36;

    /// <summary>The highest resolution that <see cref="Dpi"/> takes.</summary>
    public const double MaxDpi = 1200;

    /// <summary>Dots per inch at which PDF pages are rendered. Image files keep their own pixels.</summary>
    public double Dpi { get; init; } = 200;

    /// <summary>When a page's own text is taken.</summary>
    public TextLayerMode TextLayer { get; init; }

    /// <summary>What becomes of text that no viewer shows.</summary>
    public HiddenText HiddenText { get; init; }

    /// <summary>What becomes of the readings of Japanese words in digital text.</summary>
    public FuriganaMode Furigana { get; init; }

    /// <summary>Whether files embedded in a PDF are read too, where they are PDFs or images.</summary>
    public bool Attachments { get; init; }

    /// <summary>The password of encrypted PDFs, the user's or the owner's; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>The limits.</summary>
    public DocumentLimits Limits { get; init; } = new();
}

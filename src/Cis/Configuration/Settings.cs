using Cis.Documents;
using Cis.Layout;
using Cis.Ocr;
using Cis.Ocr.Kernels;
using Cis.Output;
using Cis.Reading;

namespace Cis.Configuration;

/// <summary>
/// The settings. To add one: declare it here, or in <see cref="WorkerSettings"/> if only the worker needs it, put it into
/// the list at the end, use it where the options are made (<see cref="SettingOptions"/>), and run the tests with
/// CIS_UPDATE=1 to renew docs/settings.md.
/// </summary>
internal static class Settings
{
    private static readonly ReadingOptions Reading = new();
    private static readonly DocumentLimits Limits = new();
    private static readonly OcrOptions Ocr = new();

    internal static readonly Setting<OutputFormat> Format = SettingTypes.Choice(
        "format",
        OutputFormat.Text,
        [
            ("text", OutputFormat.Text),
            ("json", OutputFormat.Json),
            ("ndjson", OutputFormat.Ndjson),
            ("hocr", OutputFormat.Hocr),
            ("alto", OutputFormat.Alto),
            ("markdown", OutputFormat.Markdown),
            ("pdf", OutputFormat.Pdf),
        ],
        "The format of the text: plain, as JSON (docs/ocr.schema.json), as hOCR, as ALTO 4 XML, as Markdown with tables, "
            + "or as an invisible layer of a searchable PDF (docs/searchable-pdf.md)."
    );

    internal static readonly Setting<IReadOnlyList<string>> Lang = SettingTypes.Words(
        "lang",
        "CODES",
        Ocr.Languages,
        "language codes with commas or + between, such as en,ja or deu+fra, or all",
        "The languages to read, from cis ocr --list-langs; naming a language improves its rare letters."
    );

    internal static readonly Setting<TextLayerMode> TextLayer = SettingTypes.Choice(
        "text-layer",
        Reading.TextLayer,
        [("auto", TextLayerMode.Auto), ("always", TextLayerMode.Always), ("never", TextLayerMode.Never)],
        "When a PDF page's own text is used instead of OCR: auto uses text that is real and visible, and reads the rest."
    );

    internal static readonly Setting<HiddenText> HiddenText = SettingTypes.Choice(
        "hidden-text",
        Reading.HiddenText,
        [("drop", Documents.HiddenText.Drop), ("keep", Documents.HiddenText.Keep)],
        "Whether PDF text that no viewer shows (covered, clipped, transparent, on a hidden layer) is dropped or kept."
    );

    internal static readonly Setting<FuriganaMode> Furigana = SettingTypes.Choice(
        "furigana",
        Reading.Furigana,
        [("after", FuriganaMode.After), ("drop", FuriganaMode.Drop)],
        "Where the small kana above Japanese words go: after the block with those words, or nowhere."
    );

    internal static readonly Setting<bool> Attachments = SettingTypes.Switch(
        "attachments",
        Reading.Attachments,
        "Read the PDFs and images embedded in a PDF too: their pages follow its own. Not with --format pdf."
    );

    internal static readonly Setting<int> Dpi = SettingTypes.Integer(
        "dpi",
        (int)Reading.Dpi,
        (int)ReadingOptions.MinDpi,
        (int)ReadingOptions.MaxDpi,
        "Dots per inch at which PDF pages are rendered; image files keep their own pixels."
    );

    internal static readonly Setting<int> Engines = SettingTypes.Integer(
        "engines",
        EnginePoolOptions.DefaultEngines,
        1,
        256,
        "How many pages are read at the same time, each by its own engine.",
        defaultText: "cores - 1"
    );

    internal static readonly Setting<string?> Password = SettingTypes.Text(
        "password",
        "TEXT",
        "The user or owner password of encrypted PDFs. Better set by its variable: other users can see flags.",
        isSecret: true
    );

    internal static readonly Setting<int> DetectorSide = SettingTypes.Integer(
        "detector-side",
        Ocr.DetectorSide,
        320,
        4096,
        "The longer side, in pixels, of the page given to the line detector; a larger one finds smaller print and takes longer."
    );

    internal static readonly Setting<float> MinConfidence = SettingTypes.Share(
        "min-confidence",
        Ocr.MinimumConfidence,
        "Lines whose characters have a lower mean probability are dropped as noise."
    );

    internal static readonly Setting<bool> Orientation = SettingTypes.Switch(
        "orientation",
        Ocr.DetectOrientation,
        "Turn pages that are sideways or upside down."
    );

    internal static readonly Setting<KernelSet> Kernels = SettingTypes.Choice(
        "kernels",
        Ocr.Kernels,
        [
            ("on", KernelSet.Vnni),
            ("avx512", KernelSet.Avx512),
            ("avxvnni", KernelSet.AvxVnni),
            ("avx2", KernelSet.Avx2),
            ("off", KernelSet.None),
        ],
        "Run the models in 8 bits with the fastest of cis's kernels that the CPU supports (on), or the fastest up to the named set; off: in 32 bits with ONNX Runtime."
    );

    internal static readonly Setting<bool> FirstReader = SettingTypes.Switch(
        "first-reader",
        Ocr.FirstReader,
        "Read lines with the small recognizer first, and again with the large one where it is unsure; off: only with the large one."
    );

    internal static readonly Setting<long> MaxBytes = SettingTypes.Bytes(
        "max-bytes",
        Limits.MaxBytes >> 20,
        "The size of the largest file that is opened."
    );

    internal static readonly Setting<int> MaxPages = SettingTypes.Integer(
        "max-pages",
        Limits.MaxPages,
        1,
        1_000_000,
        "The maximum number of pages in a file."
    );

    internal static readonly Setting<int> MaxPixels = SettingTypes.Integer(
        "max-pixels",
        (int)Limits.MaxPixelsPerPage,
        1_000_000,
        500_000_000,
        "The maximum number of pixels of a page; a larger page is rendered smaller, with a remark."
    );

    internal static readonly Setting<long> MaxPageMemory = SettingTypes.Bytes(
        "max-page-memory",
        Limits.MaxPageMemory >> 20,
        "The maximum memory for reading a page of a PDF; a page that takes more fails, and the next one is read."
    );

    internal static readonly Setting<TimeSpan> PageSeconds = SettingTypes.Duration(
        "page-seconds",
        Limits.PageTimeout,
        "The maximum time for a page of up to A4 at 300 dpi, and for larger ones in proportion to their pixels. A page that takes longer fails, and the next one is read. Waiting for a CPU on a busy machine does not count, up to four times this long."
    );

    internal static readonly Setting<TimeSpan> FileSeconds = SettingTypes.Duration(
        "file-seconds",
        Limits.FileTimeout,
        "The maximum time for a file, from its first page on; pages not read by then fail."
    );

    internal static readonly Setting<SandboxMode> Sandbox = SettingTypes.Choice(
        "sandbox",
        SandboxMode.Auto,
        [("auto", SandboxMode.Auto), ("on", SandboxMode.On), ("off", SandboxMode.Off)],
        "Parse documents in sandboxed processes; auto: if the kernel can, otherwise warn and say why not."
    );

    internal static readonly Setting<string?> NativeCache = SettingTypes.Text(
        "native-cache",
        "DIR",
        "A folder made by cis bake: native libraries are loaded from there instead of from memory."
    );

    /// <summary>Every setting, in the order of the documentation.</summary>
    internal static IReadOnlyList<Setting> All => field ??= [.. OfReading, .. WorkerSettings.All];

    /// <summary>The setting of a name, in whatever case; null if there is none.</summary>
    internal static Setting? ByName(string name) =>
        All.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The setting that had a name in an earlier version; null if none had.</summary>
    internal static Setting? ByOldName(string name) =>
        All.FirstOrDefault(setting => setting.OldNames.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Those of a worker, whose documents have no other format than the index's.</summary>
    internal static IReadOnlyList<Setting> OfWorker => [.. All.Where(setting => setting != Format)];

    /// <summary>The settings of everything that reads files, in the order of the help and of the documentation.</summary>
    internal static IReadOnlyList<Setting> OfReading { get; } =
    [
        Format,
        Lang,
        TextLayer,
        HiddenText,
        Furigana,
        Attachments,
        Dpi,
        Engines,
        Password,
        DetectorSide,
        MinConfidence,
        Orientation,
        Kernels,
        FirstReader,
        MaxBytes,
        MaxPages,
        MaxPixels,
        MaxPageMemory,
        PageSeconds,
        FileSeconds,
        Sandbox,
        NativeCache,
    ];
}

using System.Diagnostics;
using Cis.Configuration;
using Cis.Documents;
using Cis.Ocr;
using Cis.Ocr.Kernels;
using Cis.Ocr.Models;
using Cis.Payload;
using Cis.Reading;
using Cis.Sandbox;

namespace Cis;

/// <summary>
/// Makes engines from what the executable carries. The models are loaded when the first page needs them, once for all
/// engines: documents with a text layer never pay for them.
/// </summary>
internal sealed class PackedEngines : IEngineFactory
{
    private readonly PayloadStore _payload;
    private readonly NativeLibraries _libraries;
    private readonly PackedReaders _readers;
    private readonly PackedModelFiles _modelFiles;
    private readonly ReadingOptions _readingOptions;
    private readonly OcrOptions _ocrOptions;
    private readonly Lazy<OcrModels> _models;

    private PackedEngines(PayloadStore payload, SettingValues settings)
    {
        _payload = payload;
        _libraries = new NativeLibraries(payload, settings.Get(Settings.NativeCache));
        _modelFiles = new PackedModelFiles(payload);
        _readingOptions = settings.Reading();
        _readers = new PackedReaders(_libraries, settings.Get(Settings.Sandbox), _readingOptions.Limits.MaxPageMemory);
        _ocrOptions = CheckLanguages(settings.Ocr());
        _models = new Lazy<OcrModels>(LoadModels);
    }

    /// <inheritdoc/>
    public BuildFacts Build => BuildFacts.Read(_payload);

    /// <inheritdoc/>
    public KernelSet Kernels => OcrModels.KernelsFor(_libraries.Load("libciskernels.so"), _ocrOptions);

    /// <inheritdoc/>
    public Action<string> Say
    {
        set => _readers.Say = value;
    }

    /// <inheritdoc/>
    public TimeSpan? ModelLoadTime { get; private set; }

    /// <summary>Opens the executable's payload and checks it; nothing of it is loaded yet.</summary>
    /// <exception cref="PayloadException">The executable is damaged.</exception>
    /// <exception cref="SettingException">Its models do not read a language that is set.</exception>
    internal static IEngineFactory Open(SettingValues settings)
    {
        ShareOneHeap();
        var payload = PayloadStore.Open();
        try
        {
            payload.Verify();
            var engines = new PackedEngines(payload, settings);
            if (settings.Get(Settings.Sandbox) == SandboxMode.On)
            {
                _ = engines.FindLayers();
            }

            return engines;
        }
        catch
        {
            payload.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IPageEngine Create() =>
        new PageEngine(CreateReader(), _readingOptions, () => new OcrEngine(_models.Value, _ocrOptions));

    /// <inheritdoc/>
    public nint LoadGuard() => _readers.LoadGuard();

    /// <inheritdoc/>
    public IDocumentReader CreateReader() => _readers.Create();

    /// <inheritdoc/>
    public SandboxLayers FindLayers() => _readers.FindLayers();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_models.IsValueCreated)
        {
            _models.Value.Dispose();
        }

        _modelFiles.Dispose();
        _payload.Dispose();
    }

    // glibc gives each engine's thread a heap of its own, where what a page leaves behind serves no other engine, and
    // stops giving large blocks back once it has seen a few freed. Pictures, streams and weights from a quarter of a
    // megabyte on go back to the system when freed: docs/memory.md.
    internal static void ShareOneHeap()
    {
        const int LargeFrom = 256 << 10;
        TuneHeap(LargeFrom);
    }

    // In the sandbox. PDFium's list of the characters of a page of text takes 356 KB, which the system would have to clear for
    // each document: a tenth of its CPU time. Scans are decoded into blocks of 468 KB, which do go back: 14 MB.
    internal static void KeepHeapBetweenDocuments()
    {
        const int LargeFrom = 384 << 10;
        TuneHeap(LargeFrom);
    }

    // What a document of 50 KB leaves free at the heap's end, 300 KB, is kept for the next: by default the heap shrinks
    // and grows six times a document, 7 % of its CPU time.
    private static void TuneHeap(int largeFrom)
    {
        const int KeptAtEnd = 1 << 20;
        _ = LibcNative.Mallopt(LibcNative.MArenaMax, 1);
        _ = LibcNative.Mallopt(LibcNative.MMmapThreshold, largeFrom);
        _ = LibcNative.Mallopt(LibcNative.MTrimThreshold, KeptAtEnd);
    }

    // What is not set needs no check, and a start is to be quick.
    private OcrOptions CheckLanguages(OcrOptions options)
    {
        if (options.NamesNoLanguage)
        {
            return options;
        }

        using var files = new PackedModelFiles(_payload);
        return options with { Languages = LanguageCheck.Check(FamilyLanguages.Of(files), options.Languages) };
    }

    private OcrModels LoadModels()
    {
        long start = Stopwatch.GetTimestamp();
        var models = OcrModels.Load(
            _libraries.Load("libonnxruntime.so"),
            _libraries.Load("libciskernels.so"),
            _modelFiles,
            _ocrOptions
        );
        // The library has its own copy of the weights by now.
        _modelFiles.Dispose();
        ModelLoadTime = Stopwatch.GetElapsedTime(start);
        return models;
    }
}

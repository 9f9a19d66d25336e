using System.Runtime.CompilerServices;
using Cis.Configuration;
using Cis.Documents;
using Cis.Pages;
using Cis.Payload;
using Cis.Sandbox;
using Microsoft.Win32.SafeHandles;

namespace Cis;

/// <summary>Makes what opens documents, with the libraries that the executable carries.</summary>
internal sealed class PackedReaders : IDocumentLibraries, ISandboxLibraries
{
    private const string Pdfium = "libpdfium.so";
    private const string Guard = "libcisguard.so";
    private const string Vips = "libvips.so.42";

    private readonly NativeLibraries _libraries;
    private readonly SandboxOptions _options;
    private readonly Lock _gate = new();
    private SandboxMode _mode;
    private bool _isProven;

    /// <summary>Makes none yet.</summary>
    /// <param name="libraries">What is carried.</param>
    /// <param name="mode">Where documents are parsed.</param>
    /// <param name="maxPageMemory">What a page may take.</param>
    internal PackedReaders(NativeLibraries libraries, SandboxMode mode, long maxPageMemory)
    {
        _libraries = libraries;
        _mode = mode;
        _options = new SandboxOptions(this, maxPageMemory) { Report = text => Say(text) };
    }

    /// <summary>Hears, a sentence each, why there is no sandbox, and what a document tried in it.</summary>
    internal Action<string> Say { get; set; } = _ => { };

    /// <summary>Makes one, on the thread that will use it.</summary>
    internal IDocumentReader Create() =>
        _mode == SandboxMode.Off ? new DocumentReader(this) : new SandboxedWherePossible(this);

    /// <summary>Which layers documents are read behind; none in this process.</summary>
    /// <exception cref="SettingException">There is no sandbox, and there has to be one.</exception>
    internal SandboxLayers FindLayers()
    {
        if (_mode == SandboxMode.Off)
        {
            return SandboxLayers.None;
        }

        try
        {
            using SandboxedReader reader = Sandboxed();
            SandboxLayers layers = reader.Start();
            _isProven = true;
            return layers;
        }
        catch (SandboxException e) when (_mode == SandboxMode.Auto)
        {
            GiveUp(e.Message);
            return SandboxLayers.None;
        }
        catch (SandboxException e)
        {
            throw new SettingException($"sandbox is on, but there is none on this machine: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public nint LoadPdfium() => _libraries.LoadCopy(Pdfium);

    /// <inheritdoc/>
    public void UnloadPdfium(nint library) => _libraries.UnloadCopy(Pdfium, library);

    /// <inheritdoc cref="IDocumentLibraries.LoadGuard"/>
    public nint LoadGuard() => _libraries.Load(Guard);

    /// <inheritdoc/>
    public nint LoadVips() => _libraries.Load(Vips);

    /// <inheritdoc/>
    public SafeFileHandle GuardFile => _libraries.FileOf(Guard);

    /// <inheritdoc/>
    public SafeFileHandle PdfiumFile => _libraries.FileOf(Pdfium);

    /// <inheritdoc/>
    public SafeFileHandle VipsFile => _libraries.FileOf(Vips);

    private SandboxedReader Sandboxed() =>
        // A just-in-time compiler needs files, and memory that runs.
        RuntimeFeature.IsDynamicCodeSupported
            ? throw new SandboxException("this build of cis is not compiled ahead of time")
            : new SandboxedReader(_options);

    // Said once, by whichever engine finds it first.
    private void GiveUp(string reason)
    {
        lock (_gate)
        {
            if (_mode == SandboxMode.Off)
            {
                return;
            }

            _mode = SandboxMode.Off;
        }

        Say($"documents are parsed in this process, without a sandbox: {reason}");
    }

    /// <summary>A reader in the sandbox, or in this process once it is known that there is none.</summary>
    private sealed class SandboxedWherePossible(PackedReaders readers) : IDocumentReader
    {
        private IDocumentReader? _reader;

        public IDocument Open(DocumentSource source, ReadingOptions options, CancellationToken token = default)
        {
            try
            {
                _reader ??= readers._mode == SandboxMode.Off ? new DocumentReader(readers) : readers.Sandboxed();
                IDocument document = _reader.Open(source, options, token);
                readers._isProven = true;
                return document;
            }
            catch (SandboxException e) when (readers._isProven)
            {
                // It was there before, and will be again: no fault of the document's.
                throw new ReadException(Outcome.Transient, $"its sandbox cannot be made now: {e.Message}", e);
            }
            catch (SandboxException e) when (readers._mode != SandboxMode.On)
            {
                readers.GiveUp(e.Message);
                _reader?.Dispose();
                _reader = new DocumentReader(readers);
                return _reader.Open(source, options, token);
            }
        }

        public void Dispose() => _reader?.Dispose();
    }
}

using Cis.Documents;
using Cis.Pages;
using Cis.Sandbox.Messages;

namespace Cis.Sandbox;

/// <summary>
/// Opens documents in a process in the sandbox: PDFium, libvips and all else that parses what strangers send run there, without
/// a file, a network or a secret. A document that kills it, or is not done in time, costs that process and no other.
/// </summary>
public sealed class SandboxedReader : IDocumentReader
{
    // As an engine does: an A4 page in color at 300 dpi takes 26 MB.
    private const long PixelBytesKept = 32 << 20;

    private readonly SandboxOptions _options;
    private readonly SandboxNative _native;
    private readonly Lock _gate = new(); // between the thread of the documents and the timer
    private readonly Timer _idle;
    private ReaderProcess? _process;
    private ReaderProcess? _knowsPixels;
    private SharedPixels? _pixels;
    private ReaderLibraries _needed;
    private bool _isInUse;
    private bool _wasUsed; // since the timer's last tick

    /// <summary>A reader whose process starts with the first document.</summary>
    public SandboxedReader(SandboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _native = new SandboxNative(options.Libraries.LoadGuard());
        _idle = new Timer(static reader => ((SandboxedReader)reader!).EndIdleProcess(), this, Timeout.Infinite, 0);
    }

    /// <inheritdoc/>
    /// <exception cref="SandboxException">There is no sandbox on this machine.</exception>
    public IDocument Open(DocumentSource source, ReadingOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        lock (_gate)
        {
            (_isInUse, _wasUsed) = (true, true);
        }

        var document = new SandboxedDocument(this, source, options);
        try
        {
            document.Open(token);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Starts the process now, so that it is ready when the first document comes, and says what holds it.</summary>
    /// <exception cref="SandboxException">There is no sandbox on this machine.</exception>
    public SandboxLayers Start()
    {
        try
        {
            lock (_gate)
            {
                ReaderProcess process = Process();
                process.AwaitReady();
                _wasUsed = true;
                return process.Layers;
            }
        }
        catch (Exception e) when (e is ReadException or MalformedMessageException)
        {
            throw new SandboxException($"the process ended before it was ready: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isInUse = true; // for a tick that waits for the gate
            _idle.Dispose();
            EndProcess();
            _pixels?.Dispose();
            _pixels = null;
        }
    }

    /// <summary>The process for another document.</summary>
    /// <param name="needed">The libraries that it takes at least.</param>
    internal ReaderProcess ForDocument(ReaderLibraries needed)
    {
        // What was needed once is needed again.
        _needed |= needed;
        if (_process is { } old && (old.Documents >= _options.DocumentsPerProcess || (needed & ~old.Has) != 0))
        {
            EndProcess();
        }

        ReaderProcess process = Process();
        process.Documents++;
        return process;
    }

    /// <summary>The file for a page's pixels, and whether a process has to be told of it.</summary>
    internal (SharedPixels Pixels, bool IsNew) PixelsFor(ReaderProcess process)
    {
        TrimPixels();
        _pixels ??= SharedPixels.Create();
        bool isNew = _knowsPixels != process;
        _knowsPixels = process;
        return (_pixels, isNew);
    }

    /// <summary>Says what the process tried, if it did.</summary>
    internal void ReportAttempt(ReaderProcess process, string document)
    {
        if (process.TakeAttempt() is { } attempt)
        {
            _options.Report($"{document}: {attempt}");
        }
    }

    /// <summary>The document is closed.</summary>
    internal void Left()
    {
        TrimPixels();
        lock (_gate)
        {
            (_isInUse, _wasUsed) = (false, true);
        }
    }

    /// <summary>What one giant page needed is not kept for the ordinary next. The process lets go of it for the next file.</summary>
    private void TrimPixels()
    {
        if (_pixels is { Length: > PixelBytesKept })
        {
            _pixels.Dispose();
            (_pixels, _knowsPixels) = (null, null);
        }
    }

    private ReaderProcess Process()
    {
        if (_process is { IsOver: true })
        {
            EndProcess();
        }

        if (_process is null)
        {
            _process = ReaderProcess.Start(_native, _options, _needed);
            // A periodic tick costs less than a timer reset for every document.
            _ = _idle.Change(_options.IdleTime, _options.IdleTime);
        }

        return _process;
    }

    private void EndProcess()
    {
        _process?.Dispose();
        (_process, _knowsPixels) = (null, null);
    }

    private void EndIdleProcess()
    {
        lock (_gate)
        {
            if (!_isInUse && !_wasUsed)
            {
                EndProcess();
                _pixels?.Dispose();
                _pixels = null;
                _ = _idle.Change(Timeout.Infinite, Timeout.Infinite);
            }

            _wasUsed = false;
        }
    }
}

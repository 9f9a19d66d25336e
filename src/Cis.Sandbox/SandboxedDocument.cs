using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Cis.Documents;
using Cis.Pages;
using Cis.Sandbox.Messages;

namespace Cis.Sandbox;

/// <summary>
/// A document that is open in another process. Where that one ends, by the document or by a deadline, the next page is read
/// in a new one.
/// </summary>
internal sealed unsafe class SandboxedDocument(SandboxedReader reader, DocumentSource source, ReadingOptions options)
    : IDocument
{
    // A page may be drawn a little larger than asked, and a small one is enlarged.
    private const int PixelSlack = 2;

    private readonly MessageWriter _message = new();
    private readonly List<FontVerdict> _verdicts = [];
    private ReaderProcess? _process; // the one that is asked
    private ReaderProcess? _openIn; // the one in which it is open
    private ReaderLibraries _needed = source.Type switch
    {
        DocumentType.Pdf => ReaderLibraries.Pdfium,
        DocumentType.Bmp => ReaderLibraries.None,
        DocumentType.Jpeg
        or DocumentType.Png
        or DocumentType.Tiff
        or DocumentType.WebP
        or DocumentType.Gif
        or DocumentType.Avif => ReaderLibraries.Vips,
        _ => throw new UnreachableException(),
    };
    private bool _isPicture;

    /// <inheritdoc/>
    public int PageCount { get; private set; }

    /// <inheritdoc/>
    public bool LooksLikePicture(int pageIndex, CancellationToken token)
    {
        if (pageIndex == 0)
        {
            return _isPicture; // known since it was opened
        }

        Answer answer = Ask(RequestKind.Look, pageIndex, token);
        return (answer.Frame.Flags & Frame.IsPicture) != 0;
    }

    /// <inheritdoc/>
    public void Judge(FontVerdict verdict)
    {
        _verdicts.Add(verdict);
        if (_openIn is { IsOver: false })
        {
            Tell(_openIn, verdict);
        }
    }

    /// <inheritdoc/>
    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        return Guarded(() => InProcess(process => Read(process, pageIndex, target), token), token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is { IsOver: false })
        {
            _process.Tell(RequestKind.Close, 0, Empty(), file: null);
        }

        (_process, _openIn) = (null, null);
        reader.Left();
    }

    /// <summary>Opens it for the first time.</summary>
    internal void Open(CancellationToken token) => _ = Guarded(() => InProcess(process => process, token), token);

    private Answer Ask(RequestKind kind, int number, CancellationToken token)
    {
        Frame frame = Guarded(
            () => InProcess(process => Ask(process, kind, number, Empty(), file: null).Frame, token),
            token
        );
        return new Answer(frame, []);
    }

    /// <summary>The process in which the document is open.</summary>
    private ReaderProcess Reopened(CancellationToken token)
    {
        if (_openIn is { IsOver: false })
        {
            return _openIn;
        }

        token.ThrowIfCancellationRequested();
        _process = NewProcess();
        _message.Clear();
        OpenMessage.Write(_message, source, options);
        Answer answer = Ask(_process, RequestKind.Open, 0, _message, source.Descriptor());
        int pages = answer.Frame.Number;
        MessageReader.Demand(pages > 0 && pages <= options.Limits.MaxPages, "a number of pages");
        MessageReader.Demand(PageCount == 0 || PageCount == pages, "another number of pages");
        (PageCount, _isPicture) = (pages, (answer.Frame.Flags & Frame.IsPicture) != 0);
        foreach (FontVerdict verdict in _verdicts)
        {
            Tell(_process, verdict);
        }

        return _openIn = _process;
    }

    private ReaderProcess NewProcess()
    {
        try
        {
            return reader.ForDocument(_needed);
        }
        catch (SandboxException e) when (PageCount > 0)
        {
            // There was one before: it is no fault of the page's.
            throw new ReadException(Outcome.Transient, $"its sandbox cannot be made now: {e.Message}", e);
        }
    }

    private static Answer Ask(
        ReaderProcess process,
        RequestKind kind,
        int number,
        MessageWriter message,
        SafeHandle? file
    )
    {
        Answer answer = process.Ask(kind, number, message, file);
        if (answer.Kind == AnswerKind.Done)
        {
            return answer;
        }

        string reason = Encoding.UTF8.GetString(answer.Message);
        if (answer.Kind == AnswerKind.Broken)
        {
            process.Dispose();
            throw Contained($"cis failed inside ({reason})");
        }

        if (answer.Kind == AnswerKind.Lacks)
        {
            MessageReader.Demand((answer.Frame.Number & (int)process.Has) == 0, "a lack");
            throw new MissingLibraryException((ReaderLibraries)answer.Frame.Number);
        }

        if ((answer.Frame.Flags & Frame.Retires) != 0)
        {
            process.Dispose();
        }

        var outcome = (Outcome)answer.Frame.Number;
        MessageReader.Demand(
            outcome is (>= Outcome.ObjectMissing and <= Outcome.TooLarge) or Outcome.Transient,
            "an outcome"
        );
        throw new ReadException(outcome, reason);
    }

    /// <summary>Asks while a token may end the process, and ends it where it is not to be trusted.</summary>
    private T Guarded<T>(Func<T> ask, CancellationToken token)
    {
        using CancellationTokenRegistration heed = token.UnsafeRegister(
            static document => ((SandboxedDocument)document!)._process?.Kill(),
            this
        );
        try
        {
            return ask();
        }
        catch (MalformedMessageException e)
        {
            _process?.Dispose();
            throw Contained($"the process that read it answered with {e.Message}");
        }
        catch (ReadException) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException(token);
        }
        finally
        {
            if (_process is not null)
            {
                reader.ReportAttempt(_process, source.Name);
            }
        }
    }

    /// <summary>
    /// Does what takes the document open: in a process with more libraries where it turns out to take one, in another one
    /// where the first was killed.
    /// </summary>
    private T InProcess<T>(Func<ReaderProcess, T> ask, CancellationToken token)
    {
        bool wasKilled = false;
        while (true)
        {
            try
            {
                return ask(Reopened(token));
            }
            catch (MissingLibraryException e) when ((_needed & e.Library) == 0)
            {
                _needed |= e.Library;
                _openIn = null;
            }
            catch (ReadException e)
                when (e.Outcome == Outcome.Transient && !wasKilled && !token.IsCancellationRequested)
            {
                // Killed, and not by the document: once more.
                wasKilled = true;
            }
        }
    }

    private PageContent Read(ReaderProcess process, int pageIndex, PageImage target)
    {
        (SharedPixels pixels, bool isNew) = reader.PixelsFor(process);
        Answer answer = Ask(process, RequestKind.Read, pageIndex, Empty(), isNew ? pixels.File : null);
        var message = new MessageReader(answer.Message);
        PageContent content = PageMessage.Read(ref message, out PixelLayout? layout);
        message.End();
        if (layout is { } shown)
        {
            Show(pixels, shown, target);
        }

        return content;
    }

    private void Show(SharedPixels pixels, PixelLayout layout, PageImage target)
    {
        (int width, int height, PixelFormat format) = layout;
        long most = PixelSlack * options.Limits.MaxPixelsPerPage;
        MessageReader.Demand(width > 0 && height > 0 && (long)width * height <= most, "a size");
        long bytes = PageImage.BytesOf(width, height, format);
        byte* shown = pixels.Show((nuint)bytes);
        MessageReader.Demand(shown is not null, "pixels");
        target.Show(shown, width, height, format);
    }

    private void Tell(ReaderProcess process, FontVerdict verdict)
    {
        _message.Clear();
        _message.Text(verdict.Font);
        _message.Flag(verdict.Lies);
        _message.TextOrNone(verdict.Characters);
        process.Tell(RequestKind.Judge, 0, _message, file: null);
    }

    private MessageWriter Empty()
    {
        _message.Clear();
        return _message;
    }

    private static ReadException Contained(string reason) =>
        new(Outcome.Crashed, reason + "; please report it") { IsContained = true };
}

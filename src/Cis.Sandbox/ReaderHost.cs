using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Cis.Documents;
using Cis.Pages;
using Cis.Sandbox.Messages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Sandbox;

/// <summary>
/// The process in the sandbox, from within: loads the libraries, enters the sandbox, and does from then on what the other end of its
/// socket asks for, until that is closed.
/// </summary>
public sealed class ReaderHost : IDisposable
{
    /// <summary>The command that a process is started with; nobody else has a use for it.</summary>
    public static string Command => Encoding.UTF8.GetString(CommandBytes[..^1]);

    private readonly SandboxNative _native;
    private readonly DocumentReader _reader;
    private readonly MessageWriter _answer = new();
    private byte[] _message = new byte[4096];
    private IDocument? _document;
    private DocumentSource? _source;
    private SharedPixels? _shared;
    private PageImage? _pixels;

    private ReaderHost(SandboxNative native, IDocumentLibraries libraries)
    {
        _native = native;
        _reader = new DocumentReader(libraries);
    }

    internal static ReadOnlySpan<byte> CommandBytes => "sandboxed-reader\0"u8;

    /// <summary>Does all that; ends with the other process.</summary>
    /// <param name="which">The argument of the command: which libraries it has, as a digit.</param>
    /// <returns>The exit code, which nobody reads.</returns>
    public static int Run(string which)
    {
        var has = (ReaderLibraries)(which[0] - '0');
        var libraries = new HandedLibraries(has);
        using var host = new ReaderHost(new SandboxNative(libraries.LoadGuard()), libraries);
        if (!host.Enter(has))
        {
            return 1;
        }

        while (host.ServeNext()) { }
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _pixels?.Dispose();
        _shared?.Dispose();
        _reader.Dispose();
    }

    private bool Enter(ReaderLibraries has)
    {
        try
        {
            _reader.Prepare(has.HasFlag(ReaderLibraries.Pdfium), has.HasFlag(ReaderLibraries.Vips));
        }
        catch (Exception e)
        {
            Say(AnswerKind.NotReady, 0, 0, e.Message);
            return false;
        }

        int error = EnterSandbox();
        if (error != 0)
        {
            Say(AnswerKind.NotReady, 0, 0, $"seccomp is not to be had ({Marshal.GetPInvokeErrorMessage(error)})");
            return false;
        }

        Say(AnswerKind.Ready, 0, 0, "");
        return true;
    }

    private unsafe int EnterSandbox() => _native.Enter();

    private bool ServeNext()
    {
        Frame frame = default;
        if (!_native.Receive(SandboxNative.Socket, MemoryMarshal.AsBytes(new Span<Frame>(ref frame)), out int file))
        {
            return false;
        }

        SafeFileHandle? handle = file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
        if (_message.Length < frame.Length)
        {
            _message = new byte[frame.Length];
        }

        Span<byte> message = _message.AsSpan(0, frame.Length);
        return _native.Receive(SandboxNative.Socket, message, out _) && Serve(frame, message, handle);
    }

    private bool Serve(Frame frame, ReadOnlySpan<byte> message, SafeFileHandle? file)
    {
        try
        {
            Do(frame, message, file);
            return true;
        }
        catch (ReadException e)
        {
            Say(AnswerKind.Failed, (int)e.Outcome, _reader.HasLostPdfium ? Frame.Retires : 0, e.Message);
            return true;
        }
        catch (MissingLibraryException e)
        {
            Say(AnswerKind.Lacks, (int)e.Library, 0, "");
            return true;
        }
        catch (OutOfMemoryException)
        {
            const string reason = "reading it takes more than the memory allowed for a page (max-page-memory)";
            Say(AnswerKind.Failed, (int)Outcome.TooLarge, Frame.Retires, reason);
            return true;
        }
        catch (Exception e)
        {
            Say(AnswerKind.Broken, 0, 0, $"{e.GetType().Name}: {e.Message.Split('\n', 2)[0]}");
            return false;
        }
    }

    private void Do(Frame frame, ReadOnlySpan<byte> message, SafeFileHandle? file)
    {
        switch ((RequestKind)frame.Kind)
        {
            case RequestKind.Open:
                Open(message, file!);
                Say(AnswerKind.Done, _document!.PageCount, Look(0), "");
                break;
            case RequestKind.Look:
                Say(AnswerKind.Done, frame.Number, Look(frame.Number), "");
                break;
            case RequestKind.Read:
                Read(frame.Number, file);
                break;
            case RequestKind.Judge:
                var judgment = new MessageReader(message);
                _document?.Judge(new FontVerdict(judgment.Text(), judgment.Flag(), judgment.TextOrNone()));
                break;
            case RequestKind.Close:
                Close();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Open(ReadOnlySpan<byte> message, SafeFileHandle file)
    {
        Close();
        var reader = new MessageReader(message);
        (string name, DocumentType type, ReadingOptions options) = OpenMessage.Read(ref reader);
        _source = DocumentSource.FromDescriptor(file, name, type);
        _document = _reader.Open(_source, options);
    }

    private int Look(int page) => _document!.LooksLikePicture(page, CancellationToken.None) ? Frame.IsPicture : 0;

    private void Read(int page, SafeFileHandle? file)
    {
        if (file is not null)
        {
            _pixels?.Dispose();
            _shared?.Dispose();
            _shared = new SharedPixels(file);
            _pixels = new PageImage(_shared);
        }

        PageContent content = _document!.Read(page, _pixels!, CancellationToken.None);
        _answer.Clear();
        PageMessage.Write(_answer, content, _pixels!);
        Send(AnswerKind.Done, page, flags: 0);
        if (content.Text is null)
        {
            // The pixels are read by the other process now, for a second or so: what decoding them took lies idle here,
            // 5 to 10 MB for a scanned page. It takes 0.7 ms, too much after a page of digital text.
            FreeHeap.Return();
        }
    }

    private void Close()
    {
        _document?.Dispose();
        _source?.Dispose();
        (_document, _source) = (null, null);
    }

    private void Say(AnswerKind kind, int number, int flags, string text)
    {
        _answer.Clear();
        _answer.Raw(text);
        Send(kind, number, flags);
    }

    private void Send(AnswerKind kind, int number, int flags) =>
        _ = _native.Send(SandboxNative.Socket, _answer.Framed((int)kind, number, flags), file: -1);
}

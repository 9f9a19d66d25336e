using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Cis.Pages;
using Cis.Sandbox.Messages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Sandbox;

/// <summary>An answer of a reader process; its message is valid until the next call.</summary>
internal readonly ref struct Answer(Frame frame, ReadOnlySpan<byte> message)
{
    internal Frame Frame { get; } = frame;

    internal ReadOnlySpan<byte> Message { get; } = message;

    internal AnswerKind Kind => (AnswerKind)Frame.Kind;
}

/// <summary>
/// A process in the sandbox, seen from outside. Any thread may end it; all other calls are for the thread that started
/// it, and the process ends with that thread.
/// </summary>
internal sealed unsafe partial class ReaderProcess : IDisposable
{
    private const int KillSignal = 9;

    // The link, not the path: it leads to this very file even after that was renamed or replaced.
    private static ReadOnlySpan<byte> Self => "/proc/self/exe\0"u8;

    private readonly SandboxNative _native;
    private readonly Lock _ending = new();
    private SandboxedProcess _process;
    private SandboxReport _last;
    private int _status;
    private bool _hasEnded;
    private volatile bool _isKilled;
    private bool _isOver;
    private bool _isReady;
    private byte[] _message = [];
    private int _openedSaid;

    private ReaderProcess(SandboxNative native, SandboxedProcess process) => (_native, _process) = (native, process);

    /// <summary>The layers around it.</summary>
    internal SandboxLayers Layers { get; private set; }

    /// <summary>The libraries that it has.</summary>
    internal ReaderLibraries Has { get; private init; }

    /// <summary>How many documents it has opened.</summary>
    internal int Documents { get; set; }

    /// <summary>Whether it can no longer be asked.</summary>
    internal bool IsOver => _isOver || _isKilled;

    /// <summary>Starts one; it gets ready in the background.</summary>
    /// <exception cref="SandboxException">It cannot be started.</exception>
    internal static ReaderProcess Start(SandboxNative native, SandboxOptions options, ReaderLibraries which)
    {
        int* files = stackalloc int[3];
        int count = 0;
        files[count++] = Descriptor(options.Libraries.GuardFile);
        if (which.HasFlag(ReaderLibraries.Pdfium))
        {
            files[count++] = Descriptor(options.Libraries.PdfiumFile);
        }

        if (which.HasFlag(ReaderLibraries.Vips))
        {
            files[count++] = Descriptor(options.Libraries.VipsFile);
        }

        SandboxLimits limits = options.Limits;
        SandboxedProcess process;
        int error;
        byte* has = stackalloc byte[] { (byte)('0' + (int)which), 0 };
        fixed (
            byte* program = Self,
                name = "cis\0"u8,
                command = ReaderHost.CommandBytes
        )
        {
            byte** arguments = stackalloc byte*[] { name, command, has, null };
            byte** environment = stackalloc byte*[] { null };
            error = native.Start(program, arguments, environment, files, count, &limits, &process);
        }

        GC.KeepAlive(options.Libraries);
        return error == 0
            ? new ReaderProcess(native, process) { Has = which }
            : throw new SandboxException($"no process can be started ({Marshal.GetPInvokeErrorMessage(error)})");
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="kind">What.</param>
    /// <param name="number">A page, for those that take one.</param>
    /// <param name="message">The rest of it.</param>
    /// <param name="file">A descriptor that goes with it, or null.</param>
    /// <exception cref="SandboxException">The process cannot get ready, because this machine lacks
    /// something.</exception>
    /// <exception cref="ReadException">The process died while it worked on the request.</exception>
    /// <exception cref="MalformedMessageException">The answer is malformed.</exception>
    internal Answer Ask(RequestKind kind, int number, MessageWriter message, SafeHandle? file)
    {
        Tell(kind, number, message, file);
        AwaitReady();
        Answer answer = Receive();
        if (answer.Kind is not (AnswerKind.Done or AnswerKind.Failed or AnswerKind.Lacks or AnswerKind.Broken))
        {
            throw new MalformedMessageException("an answer");
        }

        return answer;
    }

    /// <summary>Sends a request that has no answer. A process that has ended is noticed at the next question.</summary>
    internal void Tell(RequestKind kind, int number, MessageWriter message, SafeHandle? file)
    {
        int descriptor = file is null ? -1 : (int)file.DangerousGetHandle();
        _ = _native.Send(_process.Socket, message.Framed((int)kind, number), descriptor);
        GC.KeepAlive(file);
    }

    /// <summary>A sentence about files that it tried to open since the last call; null if there were none.</summary>
    internal string? TakeAttempt()
    {
        int opened = _hasEnded ? _last.Opened : _process.Report->Opened;
        if (opened == _openedSaid)
        {
            return null;
        }

        _openedSaid = opened;
        return $"it tried to open {PathOf(_hasEnded ? _last : *_process.Report)}, and was told that there is no such file";
    }

    /// <summary>Ends it, from any thread: whoever waits for its answer gets none.</summary>
    internal void Kill()
    {
        lock (_ending)
        {
            if (!_hasEnded)
            {
                _isKilled = true;
                _ = Signal(_process.ProcessId, KillSignal);
            }
        }
    }

    /// <summary>Ends it and frees its resources.</summary>
    public void Dispose()
    {
        _isOver = true;
        lock (_ending)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            fixed (SandboxedProcess* process = &_process)
            fixed (SandboxReport* last = &_last)
            {
                _status = _native.End(process, last);
            }
        }

        if (_message.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_message);
            _message = [];
        }
    }

    /// <summary>Waits for its first answer.</summary>
    /// <exception cref="SandboxException">It cannot get ready, because this machine lacks something.</exception>
    internal void AwaitReady()
    {
        if (_isReady)
        {
            return;
        }

        Answer answer = Receive();
        if (answer.Kind == AnswerKind.NotReady)
        {
            throw new SandboxException(Encoding.UTF8.GetString(answer.Message));
        }

        MessageReader.Demand(answer.Kind == AnswerKind.Ready, "a beginning");
        Layers = _process.Layers | SandboxLayers.Calls;
        _isReady = true;
    }

    private Answer Receive()
    {
        Frame frame = default;
        Take(MemoryMarshal.AsBytes(new Span<Frame>(ref frame)));
        MessageReader.Demand(frame.Length is >= 0 and <= Frame.MostBytes, "a length");
        if (frame.Length > _message.Length)
        {
            ArrayPool<byte>.Shared.Return(_message);
            _message = ArrayPool<byte>.Shared.Rent(frame.Length);
        }

        Span<byte> message = _message.AsSpan(0, frame.Length);
        Take(message);
        return new Answer(frame, message);
    }

    private void Take(Span<byte> data)
    {
        bool isWhole = _native.Receive(_process.Socket, data, out int file);
        if (file >= 0)
        {
            // No descriptor is sent out of the sandbox.
            new SafeFileHandle(file, ownsHandle: true).Dispose();
        }

        if (!isWhole)
        {
            Dispose();
            throw Death();
        }
    }

    // The request that the process was working on is what killed it.
    private ReadException Death()
    {
        if (_last.Starved != 0)
        {
            return new ReadException(
                Outcome.TooLarge,
                "reading it takes more than the memory allowed for a page (max-page-memory)"
            );
        }

        if (SignalNumber == KillSignal)
        {
            return new ReadException(
                Outcome.Transient,
                "the process that read it was killed (signal 9), for want of memory on this machine or by somebody"
            );
        }

        string how =
            _last.Denied >= 0
                ? $"it made system call {SystemCalls.NameOf(_last.Denied)}, which no document has to make"
                : $"it ended the process that read it ({ExitText()})";
        return new ReadException(Outcome.Crashed, how + "; please report it") { IsContained = true };
    }

    // The files stay open as long as their libraries can be asked for.
    private static int Descriptor(SafeFileHandle file) => (int)file.DangerousGetHandle();

    // As wait(2) packs it.
    private int SignalNumber => _status & 0x7F;

    private string ExitText() => SignalNumber == 0 ? $"exit code {_status >> 8 & 0xFF}" : $"signal {SignalNumber}";

    private static string PathOf(SandboxReport report)
    {
        var bytes = new ReadOnlySpan<byte>(report.Path, SandboxReport.PathBytes);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int number);
}

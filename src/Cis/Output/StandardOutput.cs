using System.Runtime.InteropServices;

namespace Cis.Output;

/// <summary>Standard output as a stream of bytes.</summary>
/// <remarks>
/// Neither of .NET's own streams will do. Console's takes a closed pipe for success, so that a thousand files would be
/// read in vain; FileStream writes a regular file at offsets that it keeps itself, so that two commands writing to one
/// file (<c>(cis ocr a; cis ocr b) &gt; all</c>) would overwrite each other.
/// </remarks>
internal sealed partial class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN
    private const int BrokenPipe = 32; // EPIPE

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it, however long that takes.</summary>
    /// <exception cref="OutputClosedException">The reader has closed it.</exception>
    /// <exception cref="OutputException">Another failure, such as a full disk.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = WriteNative(Descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else
            {
                Handle(Marshal.GetLastPInvokeError());
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void Handle(int error)
    {
        switch (error)
        {
            case Interrupted:
                break;
            case TryAgain:
                // Somebody made the pipe non-blocking: wait until its reader has made room.
                Thread.Sleep(1);
                break;
            case BrokenPipe:
                throw new OutputClosedException();
            default:
                string reason = Marshal.GetPInvokeErrorMessage(error);
                throw new OutputException($"standard output cannot be written: {reason}", new IOException(reason));
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteNative(int descriptor, ReadOnlySpan<byte> buffer, nuint count);
}

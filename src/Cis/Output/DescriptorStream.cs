using System.Runtime.InteropServices;

namespace Cis.Output;

/// <summary>What a descriptor of the process writes to, as a stream of bytes.</summary>
/// <remarks>
/// None of .NET's own streams will do. Console's takes a closed pipe for success, so that a thousand files would be read for
/// nobody, and before its first byte sends a terminal an escape sequence for its keypad, whatever NO_COLOR says; FileStream
/// writes a regular file at offsets of its own, so that two commands writing to one file
/// (<c>(cis ocr a; cis ocr b) &gt; all</c>) would overwrite each other.
/// </remarks>
internal abstract partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN

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
    /// <exception cref="Exception">What <see cref="Failure"/> makes of it.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = WriteNative(descriptor, buffer, (nuint)buffer.Length);
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

    /// <summary>What is thrown for an error of the system.</summary>
    protected abstract Exception Failure(int error);

    private void Handle(int error)
    {
        switch (error)
        {
            case Interrupted:
                break;
            case TryAgain:
                // Somebody made the pipe non-blocking: wait until its reader has made room.
                Thread.Sleep(1);
                break;
            default:
                throw Failure(error);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteNative(int descriptor, ReadOnlySpan<byte> buffer, nuint count);
}

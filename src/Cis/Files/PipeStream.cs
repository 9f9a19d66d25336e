using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Cis.Files;

/// <summary>
/// The reading end of a pipe that was opened without waiting for a writer. Neither a pipe that nobody writes into nor
/// one whose writer hangs holds its reader forever.
/// </summary>
/// <param name="pipe">Opened with <see cref="FileCalls.NonBlocking"/>; closed with this.</param>
/// <param name="writerTimeout">How long a writer may take to come.</param>
/// <param name="limit">How long it may all take.</param>
internal sealed unsafe class PipeStream(SafeFileHandle pipe, TimeSpan writerTimeout, TimeSpan limit) : Stream
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private bool _hasWriter;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">Nobody wrote; the message is one line.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count = FileCalls.Read(pipe, buffer, (nuint)buffer.Length);
            if (count > 0 || (count == 0 && _hasWriter))
            {
                _hasWriter = true;
                return (int)count;
            }

            if (count < 0 && FileCalls.LastError is not (FileCalls.TryAgain or FileCalls.Interrupted))
            {
                throw FileCalls.LastFailure();
            }

            // Without data, a pipe says "try again" if somebody has it open to write, and else that it has ended.
            _hasWriter |= count < 0;
            Wait();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        pipe.Dispose();
        base.Dispose(disposing);
    }

    // The kernel tells of no end before there was a writer, so that this sleeps until one has come and written or gone.
    private void Wait()
    {
        TimeSpan left = (_hasWriter ? limit : writerTimeout) - Stopwatch.GetElapsedTime(_start);
        if (left <= TimeSpan.Zero)
        {
            throw new TimeoutException(
                _hasWriter
                    ? $"its writer took longer than the {limit.TotalSeconds:0.###} seconds allowed for a file (file-seconds)"
                    : $"nobody wrote into this pipe for {writerTimeout.TotalSeconds:0.###} seconds"
            );
        }

        var entry = new FileCalls.PollEntry { Descriptor = (int)pipe.DangerousGetHandle(), Wanted = FileCalls.PollIn };
        int milliseconds = (int)Math.Clamp(left.TotalMilliseconds, 1, int.MaxValue);
        if (FileCalls.Poll(&entry, 1, milliseconds) > 0)
        {
            _hasWriter = true;
        }
    }
}

using System.Buffers;
using Cis.Worker.Ports;
using Microsoft.Win32.SafeHandles;

namespace Cis.Aws.Storing;

/// <summary>A new file of known length that is filled from streams, in any order.</summary>
internal sealed class TargetFile : IDisposable
{
    private const int BufferBytes = 128 << 10;

    internal TargetFile(string path, long length)
    {
        try
        {
            Handle = File.OpenHandle(
                path,
                FileMode.Create,
                FileAccess.ReadWrite,
                FileShare.None,
                FileOptions.Asynchronous,
                length
            );
        }
        catch (IOException e)
        {
            throw new TransientException(Dependency.Host, $"scratch space for {length} bytes: {e.Message}", e);
        }
    }

    /// <summary>The open file.</summary>
    internal SafeFileHandle Handle { get; }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>Writes exactly the given bytes of a stream.</summary>
    /// <param name="source">A body.</param>
    /// <param name="offset">Where in the file its first byte goes.</param>
    /// <param name="count">How many bytes it must have: no fewer, no more.</param>
    /// <param name="stall">How long it may give nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The body was cut short or stood still.</exception>
    internal async Task FillAsync(
        Stream source,
        long offset,
        long count,
        TimeSpan stall,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            long left = count;
            while (await ReadAsync(source, buffer, stall, timeout) is var read and > 0)
            {
                left -= read;
                if (left < 0)
                {
                    throw new IOException("the body is longer than announced");
                }

                await WriteAsync(buffer.AsMemory(0, read), offset, cancellationToken);
                offset += read;
            }

            if (left > 0)
            {
                throw new IOException($"the body was cut short: {left} of {count} bytes are missing");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReadAsync(
        Stream source,
        byte[] buffer,
        TimeSpan stall,
        CancellationTokenSource timeout
    )
    {
        timeout.CancelAfter(stall);
        int read = await source.ReadAsync(buffer, timeout.Token);
        timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        return read;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(Handle, bytes, offset, cancellationToken);
        }
        catch (IOException e)
        {
            throw new TransientException(Dependency.Host, $"scratch space: {e.Message}", e);
        }
    }
}

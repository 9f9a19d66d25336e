using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Cis.Local.Indexing;

/// <summary>Finds where a file of line pairs (action, document) stops being whole.</summary>
internal static class WholePairs
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The number of bytes up to the end of the last whole pair.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">Where a pair begins.</param>
    internal static long LengthIn(SafeFileHandle file, long from)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            long position = from;
            long whole = from;
            bool isAction = true;
            int count;
            while ((count = RandomAccess.Read(file, block, position)) > 0)
            {
                Scan(block.AsSpan(0, count), position, ref isAction, ref whole);
                position += count;
            }

            return whole;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static void Scan(ReadOnlySpan<byte> block, long position, ref bool isAction, ref long whole)
    {
        int from = 0;
        int lineEnd;
        while ((lineEnd = block[from..].IndexOf((byte)'\n')) >= 0)
        {
            from += lineEnd + 1;
            whole = isAction ? whole : position + from;
            isAction = !isAction;
        }
    }
}

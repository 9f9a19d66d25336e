using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Cis.Payload;

/// <summary>
/// The table at the end of a packed file, which says where each entry lies and what it must hash to. Written by the
/// packer, read by the executable; both compile this file.
/// <para>
/// Layout, little endian: the executable, the entries (each starting on a page), the table, the footer. A row of the
/// table is offset (8 bytes), length (8), hash (16), length of the name (2), name in UTF-8. The footer is magic (8),
/// version (4), number of rows (4), offset of the table (8), its length (8), its hash (16). The first row is the
/// executable itself, so that every byte of the file is covered.
/// </para>
/// <para>
/// XXH128 finds damage, at memory speed (55 MB in 5 ms), and no forgery: who can rewrite the file can rewrite the
/// table too. It needs no OpenSSL, which .NET's SHA-256 would load from the target machine.
/// </para>
/// </summary>
internal static class PayloadTable
{
    /// <summary>Entries start on a page, so that they can be memory-mapped.</summary>
    public const int PageSize = 4096;

    /// <summary>Bytes of the footer, the last bytes of a packed file.</summary>
    public const int FooterSize = 48;

    /// <summary>The name of the row that stands for the executable in front of the payload.</summary>
    public const string ExecutableName = "executable";

    private const int RowHead = 34;
    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "cis\0pack"u8;

    /// <summary>The table and footer for these entries.</summary>
    /// <param name="entries">All of them, the executable first.</param>
    /// <param name="tableOffset">Where in the packed file the returned bytes go.</param>
    public static byte[] Write(IReadOnlyList<PayloadEntry> entries, long tableOffset)
    {
        using var bytes = new MemoryStream();
        Span<byte> head = stackalloc byte[RowHead];
        foreach (PayloadEntry entry in entries)
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Name);
            BinaryPrimitives.WriteInt64LittleEndian(head, entry.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(head[8..], entry.Length);
            BinaryPrimitives.WriteUInt128LittleEndian(head[16..], entry.Hash);
            BinaryPrimitives.WriteUInt16LittleEndian(head[32..], checked((ushort)name.Length));
            bytes.Write(head);
            bytes.Write(name);
        }
        long tableLength = bytes.Length;
        Span<byte> footer = stackalloc byte[FooterSize];
        Magic.CopyTo(footer);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(footer[12..], entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(footer[16..], tableOffset);
        BinaryPrimitives.WriteInt64LittleEndian(footer[24..], tableLength);
        BinaryPrimitives.WriteUInt128LittleEndian(footer[32..], XxHash128.HashToUInt128(bytes.ToArray()));
        bytes.Write(footer);
        return bytes.ToArray();
    }

    /// <summary>Where the table lies, or false when these are not the last bytes of a packed file.</summary>
    /// <param name="footer">The last <see cref="FooterSize"/> bytes of the file.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="offset">Where the table starts.</param>
    /// <param name="length">Bytes of the table.</param>
    public static bool TryLocate(ReadOnlySpan<byte> footer, long fileLength, out long offset, out int length)
    {
        offset = BinaryPrimitives.ReadInt64LittleEndian(footer[16..]);
        long longLength = BinaryPrimitives.ReadInt64LittleEndian(footer[24..]);
        length = (int)Math.Clamp(longLength, 0, int.MaxValue);
        return footer.StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(footer[8..]) == Version
            && offset >= 0
            && length == longLength
            && offset == fileLength - FooterSize - length;
    }

    /// <summary>The rows of a table, or null when the table is not what was packed.</summary>
    /// <param name="footer">The last <see cref="FooterSize"/> bytes of the file.</param>
    /// <param name="table">The bytes that <see cref="TryLocate"/> pointed to.</param>
    public static PayloadEntry[]? Read(ReadOnlySpan<byte> footer, ReadOnlySpan<byte> table)
    {
        if (XxHash128.HashToUInt128(table) != BinaryPrimitives.ReadUInt128LittleEndian(footer[32..]))
        {
            return null;
        }
        // The hash has vouched for the table; a count that a flipped bit made too large is all that is left to catch.
        int count = BinaryPrimitives.ReadInt32LittleEndian(footer[12..]);
        if (count < 0 || count > table.Length / RowHead)
        {
            return null;
        }

        var entries = new PayloadEntry[count];
        for (int i = 0; i < count; i++)
        {
            if (table.Length < RowHead)
            {
                return null;
            }

            ushort nameLength = BinaryPrimitives.ReadUInt16LittleEndian(table[32..]);
            if (table.Length < RowHead + nameLength)
            {
                return null;
            }

            entries[i] = new PayloadEntry(
                Encoding.UTF8.GetString(table.Slice(RowHead, nameLength)),
                BinaryPrimitives.ReadInt64LittleEndian(table),
                BinaryPrimitives.ReadInt64LittleEndian(table[8..]),
                BinaryPrimitives.ReadUInt128LittleEndian(table[16..])
            );
            table = table[(RowHead + nameLength)..];
        }
        return table.IsEmpty ? entries : null;
    }

    /// <summary>Whether entries lie one after another in front of the table, as the packer puts them, each with its own name.</summary>
    public static bool AreInPlace(IReadOnlyList<PayloadEntry> entries, long tableOffset)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        long end = 0;
        foreach (PayloadEntry entry in entries)
        {
            if (
                entry.Offset < end
                || entry.Offset - end >= PageSize
                || entry.Length < 0
                || entry.Length > tableOffset - entry.Offset
                || !names.Add(entry.Name)
            )
            {
                return false;
            }
            end = entry.Offset + entry.Length;
        }
        return true;
    }

    /// <summary>The next multiple of <see cref="PageSize"/>.</summary>
    public static long AlignToPage(long offset) => (offset + PageSize - 1) & -PageSize;
}

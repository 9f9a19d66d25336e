using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Cis.Local.Folders;

/// <summary>What tells one state of a file from another.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="ModifiedNs">When its content was last modified, in nanoseconds since 1970; anybody can set it.</param>
/// <param name="ChangedNs">When it was last written, renamed or otherwise changed; only the kernel sets it.</param>
internal readonly partial record struct FileStamp(long Size, long ModifiedNs, long ChangedNs)
{
    // struct stat of x86-64 Linux, which this program is for.
    private const int StatBytes = 144;
    private const int ModeAt = 24;
    private const int SizeAt = 48;
    private const int ModifiedAt = 88;
    private const int ChangedAt = 104;
    private const uint TypeMask = 0xF000;
    private const uint RegularFile = 0x8000;

    /// <summary>When its content was last modified.</summary>
    internal DateTimeOffset Modified => DateTimeOffset.FromUnixTimeMilliseconds(ModifiedNs / 1_000_000);

    /// <summary>When it was last changed.</summary>
    internal DateTimeOffset Changed => DateTimeOffset.FromUnixTimeMilliseconds(ChangedNs / 1_000_000);

    /// <summary>Reads a file's; a link is followed.</summary>
    /// <returns>
    /// Null if there is no such regular file: to open a pipe, which .NET takes for a file, would wait for ever.
    /// </returns>
    internal static FileStamp? Of(string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        byte[] utf8 = Encoding.UTF8.GetBytes(path + '\0');
        if (Stat(utf8, stat) != 0 || (ReadUInt32(stat, ModeAt) & TypeMask) != RegularFile)
        {
            return null;
        }

        return new FileStamp(ReadInt64(stat, SizeAt), ReadTime(stat, ModifiedAt), ReadTime(stat, ChangedAt));
    }

    private static long ReadTime(ReadOnlySpan<byte> stat, int at) =>
        (ReadInt64(stat, at) * 1_000_000_000) + ReadInt64(stat, at + sizeof(long));

    private static long ReadInt64(ReadOnlySpan<byte> stat, int at) =>
        BinaryPrimitives.ReadInt64LittleEndian(stat[at..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> stat, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(stat[at..]);

    [LibraryImport("libc", EntryPoint = "stat")]
    private static partial int Stat(ReadOnlySpan<byte> path, Span<byte> buffer);
}

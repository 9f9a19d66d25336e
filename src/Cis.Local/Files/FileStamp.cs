using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Cis.Local.Files;

/// <summary>What tells one state of a file from another: any difference means that somebody did something to it.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">Which file of that it is, whatever it is called.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ModifiedNs">When its content was last modified, in nanoseconds since 1970; anybody can set it.</param>
/// <param name="ChangedNs">When it was last written, renamed or otherwise changed; only the kernel sets it.</param>
internal readonly partial record struct FileStamp(long Device, long Inode, long Size, long ModifiedNs, long ChangedNs)
{
    // struct stat of x86-64 Linux, which this program is for.
    private const int StatBytes = 144;
    private const int DeviceAt = 0;
    private const int InodeAt = 8;
    private const int ModeAt = 24;
    private const int SizeAt = 48;
    private const int ModifiedAt = 88;
    private const int ChangedAt = 104;
    private const uint TypeMask = 0xF000;
    private const uint RegularFile = 0x8000;

    // errno: of a path that leads nowhere, as against one that cannot be looked at.
    private const int NoSuchEntry = 2;
    private const int NotAFolder = 20;

    // Of times that file systems can hold and nanoseconds in 64 bits cannot: the year 2255.
    private const long LastSecond = 9_000_000_000;

    /// <summary>When its content was last modified.</summary>
    internal DateTimeOffset Modified => DateTimeOffset.FromUnixTimeMilliseconds(ModifiedNs / 1_000_000);

    /// <summary>When it was last changed.</summary>
    internal DateTimeOffset Changed => DateTimeOffset.FromUnixTimeMilliseconds(ChangedNs / 1_000_000);

    /// <summary>Whether it is the same file, in whatever state.</summary>
    internal bool IsSameFile(FileStamp other) => Inode == other.Inode && Device == other.Device;

    /// <summary>Reads a file's; a link is followed.</summary>
    /// <returns>
    /// Null if there is no such regular file: to open a pipe, which .NET takes for a file, would wait forever.
    /// </returns>
    internal static FileStamp? Of(string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        return IsRegular(path, stat, out _)
            ? new FileStamp(
                ReadInt64(stat, DeviceAt),
                ReadInt64(stat, InodeAt),
                ReadInt64(stat, SizeAt),
                ReadTime(stat, ModifiedAt),
                ReadTime(stat, ChangedAt)
            )
            : null;
    }

    /// <summary>Whether there is no such regular file for certain: not where it only cannot be looked at.</summary>
    internal static bool IsGone(string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        return !IsRegular(path, stat, out int error) && error is 0 or NoSuchEntry or NotAFolder;
    }

    private static bool IsRegular(string path, Span<byte> stat, out int error)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(path + '\0');
        error = Stat(utf8, stat) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return error == 0 && (ReadUInt32(stat, ModeAt) & TypeMask) == RegularFile;
    }

    private static long ReadTime(ReadOnlySpan<byte> stat, int at) =>
        (Math.Clamp(ReadInt64(stat, at), -LastSecond, LastSecond) * 1_000_000_000) + ReadInt64(stat, at + sizeof(long));

    private static long ReadInt64(ReadOnlySpan<byte> stat, int at) =>
        BinaryPrimitives.ReadInt64LittleEndian(stat[at..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> stat, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(stat[at..]);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true)]
    private static partial int Stat(ReadOnlySpan<byte> path, Span<byte> buffer);
}

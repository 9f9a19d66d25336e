using System.Runtime.InteropServices;

namespace Cis.Files;

/// <summary>What a path leads to.</summary>
internal enum FileKind
{
    /// <summary>A file with bytes.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link, where those are not followed.</summary>
    Link,

    /// <summary>A pipe, named or not.</summary>
    Pipe,

    /// <summary>A socket or a device.</summary>
    Other,
}

/// <summary>What makes two paths the same file, links included: the device and the number on it.</summary>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Number);

/// <summary>What the system says of a file without opening it.</summary>
internal readonly unsafe partial record struct FileFacts(FileKind Kind, FileIdentity Identity, long Size)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint TypeInodeSize = 0x1 | 0x100 | 0x200; // STATX_TYPE, STATX_INO, STATX_SIZE

    /// <summary>Of a path, at the end of its links; null if that cannot be had (<see cref="FileCalls.LastError"/>).</summary>
    internal static FileFacts? Of(string path) => Of(CurrentFolder, PathBytes.Encode(path), 0);

    /// <summary>Of a path itself, be it a link.</summary>
    internal static FileFacts? OfEntry(string path) => Of(CurrentFolder, PathBytes.Encode(path), NoFollow);

    /// <summary>Of what a descriptor has open.</summary>
    internal static FileFacts? Of(int descriptor) => Of(descriptor, "\0"u8, EmptyPath);

    private static FileFacts? Of(int folder, ReadOnlySpan<byte> path, int flags)
    {
        StatxBuffer found;
        return Statx(folder, path, flags, TypeInodeSize, &found) != 0
            ? null
            : new FileFacts(
                KindOf(found.Mode),
                new FileIdentity(found.DeviceMajor, found.DeviceMinor, found.Inode),
                (long)found.Size
            );
    }

    // The format bits of inode(7).
    private static FileKind KindOf(int mode) =>
        (mode & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            0x1000 => FileKind.Pipe,
            _ => FileKind.Other,
        };

    [LibraryImport("libc.so.6", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int folder, ReadOnlySpan<byte> path, int flags, uint mask, StatxBuffer* found);

    /// <summary>struct statx of linux/stat.h: 256 bytes, of which these are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}

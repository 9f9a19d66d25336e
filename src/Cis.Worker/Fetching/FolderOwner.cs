using System.Runtime.InteropServices;

namespace Cis.Worker.Fetching;

/// <summary>Checks the owner of a folder: scratch may be where any user can create folders, such as /dev/shm.</summary>
internal static unsafe partial class FolderOwner
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NotThroughLinks = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeModeAndUser = 0x1 | 0x2 | 0x8; // STATX_TYPE, STATX_MODE, STATX_UID

    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int WritableByOthers = 0x12; // 022 in octal: group and others

    /// <summary>Whether a path is a folder, not a link to one, that belongs to this user and that nobody else may write to.</summary>
    internal static bool IsThisUser(string path)
    {
        Status status;
        return GetStatus(CurrentFolder, path, NotThroughLinks, TypeModeAndUser, &status) == 0
            && (status.Mode & TypeMask) == Folder
            && (status.Mode & WritableByOthers) == 0
            && status.UserId == GetUserId();
    }

    [LibraryImport("libc.so.6", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int folder, string path, int flags, uint mask, Status* status);

    [LibraryImport("libc.so.6", EntryPoint = "geteuid")]
    private static partial uint GetUserId();

    /// <summary>struct statx of linux/stat.h; the kernel fills 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(28)]
        public ushort Mode;
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Payload;

/// <summary>The calls of glibc that .NET has no other door to. Every target has libc.so.6 loaded already.</summary>
internal static unsafe partial class LibcNative
{
    /// <summary>The descriptor is closed on exec.</summary>
    public const uint MfdCloexec = 0x1;

    /// <summary>The file may be sealed.</summary>
    public const uint MfdAllowSealing = 0x2;

    /// <summary>The file may be executed even where vm.memfd_noexec says no by default; since Linux 6.3.</summary>
    public const uint MfdExec = 0x10;

    /// <summary>fcntl: add seals.</summary>
    public const int FAddSeals = 1033;

    /// <summary>F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE: the content is final.</summary>
    public const int AllSeals = 0xF;

    /// <summary>All symbols are bound at once: a missing one is an error now, not in the middle of a page.</summary>
    public const int RtldNow = 2;

    /// <summary>dlopen: the handle of a library that is loaded already, or none.</summary>
    public const int RtldNoload = 4;

    /// <summary>openat: do not follow a symbolic link.</summary>
    public const int ONofollow = 0x20000;

    /// <summary>openat: close on exec.</summary>
    public const int OCloexec = 0x80000;

    /// <summary>statx: act on the descriptor itself.</summary>
    public const int AtEmptyPath = 0x1000;

    /// <summary>statx: type, mode, owner.</summary>
    public const uint StatxTypeModeUid = 0x1 | 0x2 | 0x8;

    [LibraryImport("libc.so.6", EntryPoint = "memfd_create", SetLastError = true)]
    public static partial SafeFileHandle MemfdCreate(ReadOnlySpan<byte> name, uint flags);

    [LibraryImport("libc.so.6", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc.so.6", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Dlopen(string path, int flags);

    [LibraryImport("libc.so.6", EntryPoint = "dlclose")]
    public static partial int Dlclose(nint library);

    /// <summary>The version of glibc that runs, as text.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "gnu_get_libc_version")]
    public static partial nint GnuGetLibcVersion();

    [LibraryImport("libc.so.6", EntryPoint = "dlerror")]
    public static partial byte* Dlerror();

    /// <summary>mallopt: the heap shrinks once this much lies free at its end.</summary>
    public const int MTrimThreshold = -1;

    /// <summary>mallopt: blocks of at least this size get pages of their own, which go back to the kernel when they are freed.</summary>
    public const int MMmapThreshold = -3;

    /// <summary>mallopt: the most heaps that threads get beside the main one.</summary>
    public const int MArenaMax = -8;

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    public static partial int Mallopt(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Setenv(string name, string value, int overwrite);

    [LibraryImport("libc.so.6", EntryPoint = "geteuid")]
    public static partial uint Geteuid();

    [LibraryImport("libc.so.6", EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(
        SafeFileHandle file,
        ReadOnlySpan<byte> path,
        int flags,
        uint mask,
        StatxBuffer* buffer
    );

    /// <summary>struct statx of linux/stat.h, up to what is read here; the kernel fills 256 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct StatxBuffer
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint UserId;
        public uint GroupId;
        public ushort Mode;
    }
}

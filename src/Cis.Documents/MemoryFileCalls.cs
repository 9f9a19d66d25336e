using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Documents;

/// <summary>What the C library is asked for directly: files in memory, and what is mapped of a file.</summary>
internal static unsafe partial class MemoryFileCalls
{
    /// <summary>MADV_DONTNEED: pages may leave memory; those of a mapped file come back from it when touched.</summary>
    internal const int DontNeed = 4;

    [LibraryImport("libc", EntryPoint = "madvise")]
    internal static partial int Advise(void* address, nuint length, int advice);

    /// <summary>fcntl: F_DUPFD_CLOEXEC.</summary>
    internal const int DuplicateDescriptor = 1030;

    /// <summary>fcntl: F_ADD_SEALS.</summary>
    internal const int AddSeals = 1033;

    /// <summary>F_SEAL_SEAL</summary>
    internal const int SealSeal = 1;

    /// <summary>F_SEAL_SHRINK</summary>
    internal const int SealShrink = 2;

    /// <summary>MFD_CLOEXEC</summary>
    internal const uint CloseOnExec = 1;

    /// <summary>MFD_ALLOW_SEALING</summary>
    internal const uint AllowSealing = 2;

    /// <summary>PROT_READ | PROT_WRITE</summary>
    internal const int ReadWrite = 3;

    /// <summary>MAP_SHARED</summary>
    internal const int Shared = 1;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    internal static partial SafeFileHandle CreateMemoryFile(ReadOnlySpan<byte> name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int SetLength(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial void* Map(void* at, nuint length, int access, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    internal static partial int Unmap(void* start, nuint length);
}

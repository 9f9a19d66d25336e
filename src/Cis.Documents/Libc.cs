using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Documents;

/// <summary>What the C library is asked for directly.</summary>
internal static unsafe partial class Libc
{
    /// <summary>MADV_DONTNEED: pages may leave memory; those of a mapped file come back from it when touched.</summary>
    internal const int DontNeed = 4;

    [LibraryImport("libc", EntryPoint = "madvise")]
    internal static partial int Advise(void* address, nuint length, int advice);

    /// <summary>F_DUPFD_CLOEXEC</summary>
    internal const int DuplicateDescriptor = 1030;

    /// <summary>MFD_CLOEXEC</summary>
    internal const uint CloseOnExec = 1;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial SafeFileHandle Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    internal static partial SafeFileHandle CreateMemoryFile(ReadOnlySpan<byte> name, uint flags);
}

using System.Runtime.InteropServices;

namespace Cis.Documents;

/// <summary>What the C library is asked for directly.</summary>
internal static unsafe partial class Libc
{
    /// <summary>MADV_DONTNEED: pages may leave memory; those of a mapped file come back from it when touched.</summary>
    internal const int DontNeed = 4;

    [LibraryImport("libc", EntryPoint = "madvise")]
    internal static partial int Advise(void* address, nuint length, int advice);
}

using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>What the C library is asked for directly: address ranges, and the pages in them.</summary>
internal static unsafe partial class MemoryPages
{
    private const int ReadWrite = 0x1 | 0x2;
    private const int PrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;
    private const int DontNeed = 4;
    private const int HugePage = 14;
    private const nuint PageSize = 4096;
    private const nint Failed = -1;

    /// <summary>A range of addresses, whose pages come zeroed when they are touched.</summary>
    /// <returns>Its start; null where the system refuses it.</returns>
    public static byte* Reserve(nuint length)
    {
        void* start = Map(null, length, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
        return (nint)start == Failed ? null : (byte*)start;
    }

    /// <summary>Lets the system use large pages for a range, where it does so on request.</summary>
    public static void AdviseHugePages(byte* start, nuint length) => _ = Advise(start, length, HugePage);

    /// <summary>Gives the whole pages of a range back; they are zero when touched again.</summary>
    public static void Discard(byte* start, nuint length)
    {
        nuint first = ((nuint)start + PageSize - 1) & ~(PageSize - 1);
        nuint end = ((nuint)start + length) & ~(PageSize - 1);
        if (end > first)
        {
            _ = Advise((void*)first, end - first, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(void* start, nuint length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}

using System.Globalization;
using System.Runtime.InteropServices;
using Cis.Ocr.Kernels;
using Cis.Payload;

namespace Cis.Doctor;

/// <summary>What a machine has, as far as cis cares.</summary>
/// <param name="Cpu">The CPU's name.</param>
/// <param name="Kernels">Which of cis's kernels run on it.</param>
/// <param name="Cores">CPUs that this process may run on, a cgroup's quota included.</param>
/// <param name="MemoryBytes">Memory in all, or the cgroup's limit if that is less.</param>
/// <param name="GlibcVersion">Such as <c>2.34</c>.</param>
internal sealed record MachineFacts(string Cpu, KernelSet Kernels, int Cores, long MemoryBytes, string GlibcVersion)
{
    /// <summary>Those of this machine.</summary>
    /// <param name="kernels">Which kernels run, as told by their library.</param>
    internal static MachineFacts Read(KernelSet kernels) =>
        new(
            ValueOf("/proc/cpuinfo", "model name") ?? "a CPU without a name",
            kernels,
            // .NET heeds the affinity mask and the cgroup's CPU quota, and the cgroup's limit of memory.
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Marshal.PtrToStringUTF8(LibcNative.GnuGetLibcVersion()) ?? ""
        );

    /// <summary>A value of a file of the kernel's: lines of names and values with a colon between.</summary>
    private static string? ValueOf(string file, string name)
    {
        foreach (string line in File.ReadLines(file))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().SequenceEqual(name))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }

    /// <summary>Bytes for a person.</summary>
    internal static string Size(long bytes) =>
        bytes >= 1L << 30
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
}

using System.Globalization;

namespace Cis.Worker.Monitoring;

/// <summary>This process's memory according to the kernel.</summary>
/// <param name="Resident">Bytes in memory (RSS).</param>
/// <param name="Virtual">Bytes of address space (VMS): mapped models count in full.</param>
internal readonly record struct ProcessMemory(long Resident, long Virtual)
{
    /// <summary>As it is now.</summary>
    internal static ProcessMemory Read()
    {
        // "size resident shared ...", in pages.
        string[] fields = File.ReadAllText("/proc/self/statm").Split(' ');
        return new ProcessMemory(Bytes(fields[1]), Bytes(fields[0]));
    }

    private static long Bytes(string pages) =>
        long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}

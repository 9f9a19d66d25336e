using System.Globalization;

namespace Cis.Worker.Monitoring;

/// <summary>What the kernel says of this process's use of the machine, without that of the processes that parse.</summary>
/// <param name="CpuTime">In user and in system mode.</param>
/// <param name="OpenFiles">File descriptors.</param>
/// <param name="MaxOpenFiles">How many it may have.</param>
internal readonly record struct ProcessResources(TimeSpan CpuTime, int OpenFiles, long MaxOpenFiles)
{
    private const string LimitName = "Max open files";

    /// <summary>As it is now.</summary>
    internal static ProcessResources Read() =>
        new(Environment.CpuUsage.TotalTime, Directory.GetFileSystemEntries("/proc/self/fd").Length, ReadLimit());

    private static long ReadLimit()
    {
        // "Max open files            1024                 524288               files"
        string line = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith(LimitName, StringComparison.Ordinal));
        string soft = line[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
            ? limit
            : long.MaxValue;
    }
}

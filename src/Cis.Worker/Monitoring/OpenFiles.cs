using System.Globalization;

namespace Cis.Worker.Monitoring;

/// <summary>What the kernel says of this process's file descriptors, without those of the processes that parse.</summary>
internal static class OpenFiles
{
    private const string LimitName = "Max open files";

    /// <summary>How many it has at this moment.</summary>
    internal static int Count() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>How many it may have.</summary>
    internal static long ReadLimit()
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

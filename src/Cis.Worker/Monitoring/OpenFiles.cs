using System.Globalization;

namespace Cis.Worker.Monitoring;

/// <summary>This process's file descriptors according to the kernel, without those of its reader processes.</summary>
internal static class OpenFiles
{
    private const string LimitName = "Max open files";

    /// <summary>The number of open descriptors.</summary>
    internal static int Count() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>The limit.</summary>
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

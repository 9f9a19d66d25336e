using System.Globalization;

namespace Cis.Bench;

/// <summary>What this process and its children took, from /proc: see proc(5).</summary>
internal static class ProcessUsage
{
    // Of /proc/self/stat, counted from the state on, which follows the command's closing parenthesis.
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int ChildrensUserTime = 13;
    private const int ChildrensSystemTime = 14;

    // USER_HZ: what the kernel tells times in, on every Linux on x86-64.
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds of this process.</summary>
    internal static double OwnSeconds => Seconds(UserTime, SystemTime);

    /// <summary>CPU seconds of its children that have ended and were waited for.</summary>
    internal static double ChildrensSeconds => Seconds(ChildrensUserTime, ChildrensSystemTime);

    /// <summary>
    /// Most resident memory since the start, or since <see cref="ForgetPeak"/>, of this process and of each of its children:
    /// their sum, which counts twice what they share.
    /// </summary>
    internal static long PeakBytes => Children().Prepend("self").Sum(PeakOf);

    /// <summary>Resets the peak.</summary>
    internal static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static IEnumerable<string> Children() =>
        Directory
            .EnumerateDirectories("/proc/self/task")
            .SelectMany(thread =>
                TextOf(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            );

    private static long PeakOf(string process)
    {
        const string Field = "VmHWM:";
        string status = TextOf($"/proc/{process}/status");
        int at = status.IndexOf(Field, StringComparison.Ordinal);
        if (at < 0)
        {
            return 0;
        }

        ReadOnlySpan<char> kilobytes = status.AsSpan(at + Field.Length);
        kilobytes = kilobytes[..kilobytes.IndexOf(" kB", StringComparison.Ordinal)].Trim();
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) << 10;
    }

    // A thread or a child may be gone by now.
    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static double Seconds(int user, int system)
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Ticks(fields[user]) + Ticks(fields[system])) / TicksPerSecond;
    }

    private static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}

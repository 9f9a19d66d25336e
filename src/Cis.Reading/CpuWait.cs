using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Cis.Reading;

/// <summary>
/// How long a thread has been ready to run without a CPU to run on, as the kernel counts it: the second number of
/// <c>/proc/thread-self/schedstat</c>, in nanoseconds (Documentation/scheduler/sched-stats.rst).
/// </summary>
internal sealed class CpuWait : IDisposable
{
    private readonly SafeFileHandle? _file;

    /// <summary>Counts for the calling thread, whichever thread asks later.</summary>
    internal CpuWait()
    {
        try
        {
            _file = File.OpenHandle("/proc/thread-self/schedstat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel that does not count: no wait is known of.
        }
    }

    /// <summary>The wait since the thread's start; zero where the kernel does not tell.</summary>
    internal TimeSpan Total()
    {
        if (_file is null)
        {
            return TimeSpan.Zero;
        }

        Span<byte> text = stackalloc byte[64];
        try
        {
            return Parse(text[..RandomAccess.Read(_file, text, fileOffset: 0)]);
        }
        catch (IOException)
        {
            return TimeSpan.Zero; // the thread has ended
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>The wait in what the file holds: time on a CPU, wait for one, number of times on one.</summary>
    internal static TimeSpan Parse(ReadOnlySpan<byte> text)
    {
        int space = text.IndexOf((byte)' ');
        return space >= 0 && Utf8Parser.TryParse(text[(space + 1)..], out long nanoseconds, out _)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : TimeSpan.Zero;
    }
}

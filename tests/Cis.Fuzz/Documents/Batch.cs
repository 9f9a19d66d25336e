using System.Diagnostics;
using System.Globalization;

namespace Cis.Fuzz.Documents;

/// <summary>A run of the packed file over a folder's files.</summary>
/// <param name="Output">What it wrote.</param>
/// <param name="Error">What it said.</param>
/// <param name="PeakBytes">The most memory of its own process; the sandboxed ones have limits of theirs.</param>
internal sealed record Batch(string Output, string Error, long PeakBytes)
{
    // A page has two seconds, a file six; a batch that takes longer than all of its files may hangs.
    private const int FileSeconds = 6;
    private const int StartSeconds = 60;

    /// <summary>The exit code; null where it had to be killed.</summary>
    internal int? ExitCode { get; private init; }

    internal static Batch Run(string program, string folder, int files)
    {
        string[] arguments =
        [
            "ocr",
            "--format",
            "ndjson",
            "--sandbox",
            "on",
            "--engines",
            "1",
            "--page-seconds",
            "2",
            "--file-seconds",
            $"{FileSeconds}",
            "--max-pages",
            "20",
            "--max-pixels",
            "1000000",
            "--dpi",
            "72",
            folder,
        ];
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        var watch = Stopwatch.StartNew();
        bool ended = false;
        while (!ended && watch.Elapsed.TotalSeconds < StartSeconds + files * FileSeconds)
        {
            ended = process.WaitForExit(50);
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        return new Batch(output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult(), peak)
        {
            ExitCode = ended ? process.ExitCode : null,
        };
    }

    private static long PeakOf(int process)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process}/status")
                .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
                << 10;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or FormatException)
        {
            // It has ended.
            return 0;
        }
    }
}

using System.Diagnostics;

namespace Cis.Bench;

/// <summary>Another program, run by a shell for one file after another.</summary>
/// <param name="command">With <c>{file}</c> where the file goes.</param>
internal sealed class OtherProgram(string command)
{
    /// <summary>Where the file goes in a command.</summary>
    internal const string Place = "{file}";

    /// <summary>Reads all files once.</summary>
    internal async Task<BenchRound> ReadAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        double cpu = ProcessUsage.ChildrensSeconds;
        long start = Stopwatch.GetTimestamp();
        int failed = 0;
        foreach (string file in files)
        {
            failed += await RunAsync(file, cancellationToken) == 0 ? 0 : 1;
        }

        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new BenchRound(wall, ProcessUsage.ChildrensSeconds - cpu, PeakBytes: 0, failed);
    }

    private async Task<int> RunAsync(string file, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            $"exec >/dev/null 2>&1; {command.Replace(Place, Quoted(file), StringComparison.Ordinal)}"
        );
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Quoted(string file) => $"'{file.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using System.Diagnostics;

namespace Cis.Bench;

/// <summary>Another program, run by a shell for one file after another.</summary>
/// <param name="command">With <c>{file}</c> where the file goes.</param>
internal sealed class OtherProgram(string command)
{
    /// <summary>Where the file goes in a command.</summary>
    internal const string Place = "{file}";

    private static readonly TimeSpan ReportTime = TimeSpan.FromSeconds(1);

    /// <summary>The first failure: the file, how the program ended, and what it said last. Null if there was none.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Reads all files once.</summary>
    internal async Task<BenchRound> ReadAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        double cpu = ProcessUsage.ChildrensSeconds;
        long start = Stopwatch.GetTimestamp();
        int failed = 0;
        foreach (string file in files)
        {
            if (await RunAsync(file, cancellationToken) is { } failure)
            {
                failed++;
                Failure ??= failure;
            }
        }

        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new BenchRound(wall, ProcessUsage.ChildrensSeconds - cpu, PeakBytes: 0, failed);
    }

    private async Task<string?> RunAsync(string file, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(ShellFor(file))!;
        process.StandardInput.Close();
        var said = new OutputTail();
        Task report = said.FollowAsync(process.StandardError.BaseStream);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : await DescribeAsync(file, process.ExitCode, said, report);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private ProcessStartInfo ShellFor(string file)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec >/dev/null; {command.Replace(Place, Quoted(file), StringComparison.Ordinal)}");
        return start;
    }

    // A process that the command left running may hold standard error open: it is not waited for.
    private static async Task<string> DescribeAsync(string file, int exitCode, OutputTail said, Task report)
    {
        await Task.WhenAny(report, Task.Delay(ReportTime));
        string lines = said.LastLines();
        string ending = $"{file}: exit code {exitCode}";
        return lines.Length == 0 ? $"{ending}, nothing on standard error" : $"{ending}: {lines}";
    }

    private static string Quoted(string file) => $"'{file.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using System.Diagnostics;
using Cis.Fuzz.Loop;

namespace Cis.Fuzz.Watching;

/// <summary>What came of a target.</summary>
internal sealed record TargetResult(string Target)
{
    internal long Runs { get; init; }

    internal long Milliseconds { get; init; }

    internal long FirstEdges { get; init; }

    internal long Edges { get; init; }

    internal long LeastEdges { get; init; }

    internal long Added { get; init; }

    internal int Findings { get; init; }

    /// <summary>Whether the corpus still reaches what it did when it was stored.</summary>
    internal bool ReachesFloor => FirstEdges >= LeastEdges;
}

/// <summary>Runs a target in a process of its own, and in another one for as long as that ends by what it was given.</summary>
internal sealed class TargetProcess(string program, FuzzFolders folders, LoopOptions options)
{
    private const int MostStarts = 20;

    // A run takes milliseconds; a process that starts on a busy machine takes seconds.
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);

    private readonly Findings _findings = new(folders.Findings);

    internal TargetResult Run()
    {
        _findings.Clear();
        var result = new TargetResult(folders.Target);
        var watch = Stopwatch.StartNew();
        for (int start = 0; start < MostStarts; start++)
        {
            LoopOptions rest = options with
            {
                Seed = options.Seed + start,
                Time = options.Time == TimeSpan.MaxValue ? options.Time : options.Time - watch.Elapsed,
                Runs = options.Runs - result.Runs,
            };
            using var progress = Progress.Make(folders.Progress);
            bool ended = RunOnce(rest, progress);
            result = Add(result, progress);
            if (ended || watch.Elapsed >= options.Time || result.Runs >= options.Runs)
            {
                break;
            }
        }

        return result with
        {
            Findings = _findings.Count,
        };
    }

    private static TargetResult Add(TargetResult result, Progress progress) =>
        result with
        {
            Runs = result.Runs + progress.Runs,
            Milliseconds = result.Milliseconds + progress.Milliseconds,
            FirstEdges = Math.Max(result.FirstEdges, progress.FirstEdges),
            LeastEdges = progress.LeastEdges,
            Edges = Math.Max(result.Edges, progress.Edges),
            Added = result.Added + progress.Added,
        };

    /// <summary>Runs the process once.</summary>
    /// <returns>False where it ended by an input.</returns>
    private bool RunOnce(LoopOptions rest, Progress progress)
    {
        using Process process = Process.Start(StartOf(rest))!;
        Task<string> said = process.StandardError.ReadToEndAsync();
        bool hangs = !WaitWhileItRuns(process, progress);
        if (hangs)
        {
            process.Kill();
            process.WaitForExit();
            _findings.Add("hang", progress.Input, $"a run did not end within {s_hang.TotalSeconds} s");
        }
        else if (process.ExitCode != 0)
        {
            string text = said.GetAwaiter().GetResult();
            _findings.Add("crash", progress.Input, $"exit code {process.ExitCode} of the target's process: {text}");
        }

        return !hangs && process.ExitCode == 0;
    }

    private static bool WaitWhileItRuns(Process process, Progress progress)
    {
        long runs = -1;
        var still = Stopwatch.StartNew();
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(100)))
        {
            if (progress.Runs != runs)
            {
                runs = progress.Runs;
                still.Restart();
            }
            else if (still.Elapsed > s_hang)
            {
                return false;
            }
        }

        return true;
    }

    private ProcessStartInfo StartOf(LoopOptions rest)
    {
        List<string> arguments =
        [
            "--inside",
            "--target",
            folders.Target,
            "--out",
            folders.Output,
            "--seed",
            $"{rest.Seed}",
        ];
        if (rest.Time != TimeSpan.MaxValue)
        {
            arguments.AddRange(["--seconds", $"{Math.Max(0, (int)rest.Time.TotalSeconds)}"]);
        }

        if (rest.Runs != long.MaxValue)
        {
            arguments.AddRange(["--runs", $"{rest.Runs}"]);
        }

        arguments.AddRange(rest.StoredOnly ? ["--stored"] : []);
        arguments.AddRange(rest.Blind ? ["--blind"] : []);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        // Bytes in hexadecimal: an input that makes a parser take more than this ends in an exception.
        start.Environment["DOTNET_GCHeapHardLimit"] = "40000000";
        // Not compiled twice: the edges of a method that is compiled again are the same, but time goes.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }
}

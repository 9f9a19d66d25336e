using System.Diagnostics;
using Cis.Documents;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Bench;

/// <summary>cis itself, with so many engines.</summary>
/// <param name="options">The pool, with its number of engines.</param>
/// <param name="engines">Makes them; shared by all subjects, so that models are loaded once.</param>
/// <param name="open">Opens a file.</param>
internal sealed class PoolSubject(EnginePoolOptions options, IEngineFactory engines, Func<string, DocumentSource> open)
{
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(500);

    /// <summary>How many pages the files have; known after the first round.</summary>
    internal int Pages { get; private set; }

    /// <summary>The times of the last round's stages.</summary>
    internal IReadOnlyList<BenchStage> Stages { get; private set; } = [];

    /// <summary>Why the first file that failed did; null where none has.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Reads all files once, in engines that are made before the clock starts.</summary>
    internal async Task<BenchRound> ReadAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        using var pool = new EnginePool(options, engines.Create);
        ProcessUsage.ForgetPeak();
        double cpu = ProcessUsage.OwnSeconds + ProcessUsage.ChildrensSeconds;
        long start = Stopwatch.GetTimestamp();
        (bool HasFailed, int Pages)[] read = await Task.WhenAll(
            files.Select(file => ReadAsync(pool, file, cancellationToken))
        );
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cancellationToken.ThrowIfCancellationRequested();
        Pages = read.Sum(file => file.Pages);
        pool.Statistics.ReadStages(stages => Stages = Describe(stages));
        long peak = ProcessUsage.PeakBytes;
        // The time of the processes that parsed the documents is known once they have ended, which the engines see to.
        await pool.StopAsync(StopTime);
        return new BenchRound(
            wall,
            ProcessUsage.OwnSeconds + ProcessUsage.ChildrensSeconds - cpu,
            peak,
            read.Count(file => file.HasFailed)
        );
    }

    // The text itself goes at once: a thousand files are not to lie in memory.
    private async Task<(bool HasFailed, int Pages)> ReadAsync(
        EnginePool pool,
        string file,
        CancellationToken cancellationToken
    )
    {
        DocumentText text = await pool.ReadAsync(new DocumentRequest(() => open(file)), cancellationToken);
        bool hasFailed = text.Outcome is not (Outcome.Ok or Outcome.Partial);
        if (hasFailed)
        {
            Failure ??= $"{file}: {text.Reason ?? text.Outcome.ToString()}";
        }

        return (hasFailed, text.Pages.Count);
    }

    private static List<BenchStage> Describe(IReadOnlyList<StageHistogram> stages)
    {
        var described = new List<BenchStage>();
        for (int i = 0; i < stages.Count; i++)
        {
            if (stages[i].Count > 0)
            {
                described.Add(
                    new BenchStage(
                        ((Stage)i).ToString().ToLowerInvariant(),
                        stages[i].Percentile(0.5).TotalMilliseconds,
                        stages[i].Percentile(0.95).TotalMilliseconds
                    )
                );
            }
        }

        return described;
    }
}

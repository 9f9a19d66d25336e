using System.Diagnostics;
using Cis.Documents;
using Cis.Reading;

namespace Cis.Bench;

/// <summary>What is to be measured.</summary>
/// <param name="Files">Read by each subject in each round.</param>
/// <param name="Engines">How many engines cis has, a subject each.</param>
/// <param name="Commands">Other programs.</param>
/// <param name="Rounds">How often.</param>
internal sealed record BenchPlan(
    IReadOnlyList<string> Files,
    IReadOnlyList<int> Engines,
    IReadOnlyList<string> Commands,
    int Rounds
);

/// <summary>
/// Measures the subjects in turn, round after round, each round beginning with another one: what changes on the machine
/// meanwhile then meets all of them.
/// </summary>
internal sealed class BenchRun(BenchPlan plan, EnginePoolOptions options, Action<string> progress)
{
    private const int Starts = 10;

    /// <summary>Reads everything.</summary>
    internal async Task<IReadOnlyList<BenchSubject>> ReadAsync(
        IEngineFactory engines,
        Func<string, DocumentSource> open,
        CancellationToken cancellationToken
    )
    {
        PoolSubject[] pools =
        [
            .. plan.Engines.Select(count => new PoolSubject(options with { Engines = count }, engines, open)),
        ];
        OtherProgram[] others = [.. plan.Commands.Select(command => new OtherProgram(command))];
        progress("warm-up");
        await pools[0].ReadAsync([plan.Files[0]], cancellationToken);
        var rounds = plan
            .Engines.Select(_ => new List<BenchRound>())
            .Concat(plan.Commands.Select(_ => new List<BenchRound>()))
            .ToList();
        for (int round = 0; round < plan.Rounds; round++)
        {
            for (int i = 0; i < rounds.Count; i++)
            {
                int subject = (i + round) % rounds.Count;
                progress($"round {round + 1} of {plan.Rounds}: {NameOf(subject)}");
                rounds[subject]
                    .Add(
                        subject < pools.Length
                            ? await pools[subject].ReadAsync(plan.Files, cancellationToken)
                            : await others[subject - pools.Length].ReadAsync(plan.Files, cancellationToken)
                    );
            }
        }

        return
        [
            .. rounds.Select(
                (measured, i) =>
                    new BenchSubject(NameOf(i), pools[0].Pages, measured, i < pools.Length ? pools[i].Stages : [])
                    {
                        Failure = i < pools.Length ? pools[i].Failure : others[i - pools.Length].Failure,
                    }
            ),
        ];
    }

    /// <summary>How long the process takes to start; none where this is not the one file itself.</summary>
    internal static async Task<IReadOnlyList<double>> StartAsync(CancellationToken cancellationToken)
    {
        var times = new List<double>();
        if (
            Path.GetFileName(Environment.ProcessPath) is not { } name
            || name is "dotnet"
            || name.EndsWith(".Tests", StringComparison.Ordinal)
        )
        {
            return times; // not the one file: run by the SDK's runtime, or inside the tests
        }

        for (int i = 0; i < Starts; i++)
        {
            long start = Stopwatch.GetTimestamp();
            var info = new ProcessStartInfo(Environment.ProcessPath!, ["version"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using Process process = Process.Start(info)!;
            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times;
    }

    private string NameOf(int subject) =>
        subject >= plan.Engines.Count ? plan.Commands[subject - plan.Engines.Count]
        : plan.Engines[subject] == 1 ? "cis, 1 engine"
        : $"cis, {plan.Engines[subject]} engines";
}

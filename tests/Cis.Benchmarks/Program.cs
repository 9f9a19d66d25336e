using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Cis.Benchmarks;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["pages", _, _, ..]:
                return PageTimer.Run(arguments.AsSpan(1));
            case ["widths", _, _, _, _, _, ..]:
                return WidthReader.Run(arguments.AsSpan(1));
            case ["first", _, _, _, ..]:
                return FirstReaderReport.Run(arguments.AsSpan(1));
            case ["order", _, _, ..]:
                return OrderReport.Run(arguments[1..]);
            case ["steps", ..]:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments[1..], StepConfiguration());
                return 0;
            default:
                Console.Error.WriteLine("usage: Cis.Benchmarks pages PDF FAMILY [--stock] [--no-kernels]");
                Console.Error.WriteLine("       Cis.Benchmarks widths FAMILY OUT SQUEEZE SURE IMAGE...");
                Console.Error.WriteLine(
                    "       Cis.Benchmarks order TRUTH FOUND [--half even|odd] [--each] [--as-found] [--rulings] [--write FOLDER]"
                );
                Console.Error.WriteLine("       Cis.Benchmarks first FAMILY OUT FILE...");
                Console.Error.WriteLine("       Cis.Benchmarks steps --filter '*' (or any options of BenchmarkDotNet)");
                return 2;
        }
    }

    /// <summary>In this process: the projects that BenchmarkDotNet writes for others know no central versions.</summary>
    private static ManualConfig StepConfiguration() =>
        DefaultConfig
            .Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
}

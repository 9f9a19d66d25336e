using System.Diagnostics;
using Cis.Fuzz.Coverage;
using Cis.Fuzz.Documents;
using Cis.Fuzz.Loop;
using Cis.Fuzz.Targets;
using Cis.Fuzz.Watching;

namespace Cis.Fuzz;

/// <summary>Gives cis's parsers inputs that nobody would write: docs/fuzzing.md.</summary>
internal static class Program
{
    private const int Usage = 2;

    internal static int Main(string[] words)
    {
        if (Arguments.Parse(words) is not { } arguments || !arguments.Targets.All(IsTarget))
        {
            Console.Error.WriteLine(Arguments.Usage);
            return Usage;
        }

        if (arguments.Inside)
        {
            return RunInside(arguments);
        }

        if (arguments.Replay is { } file)
        {
            return Replay(arguments, file);
        }

        string program = InstrumentedProgram.Make(Path.Combine(arguments.Output, "program"));
        return arguments.Store ? Store(program, words) : Watch(program, arguments);
    }

    private static bool IsTarget(string name) => name == DocumentRun.Name || TargetList.Has(name);

    private static List<string> TargetsOf(Arguments arguments) =>
        arguments.Targets.Count > 0
            ? [.. arguments.Targets.Where(name => name != DocumentRun.Name)]
            : [.. TargetList.Names];

    private static int Watch(string program, Arguments arguments)
    {
        List<string> targets = TargetsOf(arguments);
        bool hasDocuments = arguments.Targets.Count == 0 || arguments.Targets.Contains(DocumentRun.Name);
        LoopOptions each = EachOf(arguments.Loop, targets.Count + (hasDocuments ? 1 : 0));
        Console.WriteLine(Report.Head);
        bool good = true;
        foreach (string target in targets)
        {
            var folders = new FuzzFolders(target, arguments.Output);
            TargetResult result = new TargetProcess(program, folders, each).Run();
            Console.WriteLine(Report.RowOf(result));
            good &= result.Findings == 0 && result.ReachesFloor;
        }

        if (hasDocuments)
        {
            good &= RunDocuments(arguments, each);
        }

        Console.WriteLine(good ? "no findings" : $"findings: {arguments.Output}/TARGET/findings");
        return good ? 0 : 1;
    }

    private static bool RunDocuments(Arguments arguments, LoopOptions each)
    {
        string program = arguments.Program ?? Path.Combine(FuzzFolders.Repository, "dist", "cis");
        if (!File.Exists(program))
        {
            Console.WriteLine($"{DocumentRun.Name}: left out, there is no {program}; ./build.sh build makes it");
            return arguments.Targets.Count == 0;
        }

        return new DocumentRun(program, new FuzzFolders(DocumentRun.Name, arguments.Output), each).Run();
    }

    private static LoopOptions EachOf(LoopOptions loop, int targets)
    {
        bool isBounded = loop.Time != TimeSpan.MaxValue || loop.Runs != long.MaxValue;
        TimeSpan all = isBounded ? loop.Time : TimeSpan.FromMinutes(10);
        return all == TimeSpan.MaxValue ? loop : loop with { Time = all / targets };
    }

    private static int RunInside(Arguments arguments)
    {
        // First of all: instrumented code counts into it.
        var edges = new EdgeMap();
        foreach (string name in TargetsOf(arguments))
        {
            using FuzzTarget target = TargetList.Make(name);
            var folders = new FuzzFolders(name, arguments.Output);
            if (arguments.Store)
            {
                (int files, long bytes, int covered) = SmallerCorpus.Store(target, edges, folders);
                Console.WriteLine($"{name}: {files} inputs of {bytes} bytes cover {covered} edges");
                continue;
            }

            using var progress = Progress.Open(folders.Progress);
            new FuzzLoop(target, edges, progress, folders, arguments.Loop).Run();
        }

        return 0;
    }

    private static int Store(string program, string[] words)
    {
        using var process = Process.Start(program, [.. words, "--inside"]);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static int Replay(Arguments arguments, string file)
    {
        foreach (string name in TargetsOf(arguments))
        {
            using FuzzTarget target = TargetList.Make(name);
            target.Run(File.ReadAllBytes(file));
        }

        Console.WriteLine("it holds");
        return 0;
    }
}

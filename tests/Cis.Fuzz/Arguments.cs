using Cis.Fuzz.Loop;

namespace Cis.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    internal const string Usage = """
        Cis.Fuzz [--minutes N | --seconds N | --runs N] [--target NAME]... [--seed N] [--stored] [--blind]
                 [--program FILE] [--out DIR]
        Cis.Fuzz --target NAME --replay FILE
        Cis.Fuzz --store [--target NAME]...

        --minutes, --seconds  for all targets together (10 minutes)
        --runs                for each target
        --stored              begin with the stored corpus alone, and keep nothing
        --blind               learn nothing from coverage
        --program             the packed file that documents are read with (dist/cis)
        --store               put the smallest corpus that covers what is known beside the sources
        """;

    internal IReadOnlyList<string> Targets { get; private init; } = [];

    internal LoopOptions Loop { get; private init; } = new();

    internal string Output { get; private init; } = FuzzFolders.DefaultOutput;

    internal string? Replay { get; private init; }

    /// <summary>The packed file that documents are read with; null for the one that the repository builds.</summary>
    internal string? Program { get; private init; }

    internal bool Store { get; private init; }

    /// <summary>Whether this is the process in which the code is instrumented.</summary>
    internal bool Inside { get; private init; }

    /// <summary>Understands a command line.</summary>
    /// <returns>Null where it is none.</returns>
    internal static Arguments? Parse(string[] words)
    {
        var arguments = new Arguments();
        try
        {
            for (int i = 0; i < words.Length; i++)
            {
                arguments = words[i] switch
                {
                    "--target" => arguments with { Targets = [.. arguments.Targets, words[++i]] },
                    "--minutes" => arguments.With(time: TimeSpan.FromMinutes(double.Parse(words[++i]))),
                    "--seconds" => arguments.With(time: TimeSpan.FromSeconds(double.Parse(words[++i]))),
                    "--runs" => arguments with { Loop = arguments.Loop with { Runs = long.Parse(words[++i]) } },
                    "--seed" => arguments with { Loop = arguments.Loop with { Seed = int.Parse(words[++i]) } },
                    "--stored" => arguments with { Loop = arguments.Loop with { StoredOnly = true } },
                    "--blind" => arguments with { Loop = arguments.Loop with { Blind = true } },
                    "--out" => arguments with { Output = Path.GetFullPath(words[++i]) },
                    "--replay" => arguments with { Replay = words[++i] },
                    "--program" => arguments with { Program = Path.GetFullPath(words[++i]) },
                    "--store" => arguments with { Store = true },
                    "--inside" => arguments with { Inside = true },
                    _ => throw new FormatException(),
                };
            }

            return arguments;
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private Arguments With(TimeSpan time) => this with { Loop = Loop with { Time = time } };
}

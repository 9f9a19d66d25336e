using Cis.ModelCompiler.Families;
using Cis.ModelCompiler.Packing;

namespace Cis.ModelCompiler;

/// <summary>The build-time tool: each verb turns what was fetched into something <c>cis</c> carries.</summary>
internal static class Program
{
    /// <summary>Verb, how it is called, and what it does with the arguments after it.</summary>
    private static readonly (string Name, string Usage, Func<Arguments, int> Run)[] Verbs =
    [
        ("compile", "compile --family v6|v4|NAME --models DIR --out DIR", CompileVerb.Run),
        ("pack", PackVerb.Usage, PackVerb.Run),
    ];

    private static int Main(string[] args)
    {
        foreach ((string? name, string _, Func<Arguments, int>? run) in Verbs)
        {
            if (args.Length > 0 && string.Equals(args[0], name, StringComparison.Ordinal))
            {
                return Guard(() => run(Arguments.Parse(args.AsSpan(1))));
            }
        }
        return Fail("usage:\n  " + string.Join("\n  ", Verbs.Select(verb => verb.Usage)));
    }

    private static int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (CompilerException e)
        {
            return Fail(e.Message);
        }
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine(reason);
        return 1;
    }
}

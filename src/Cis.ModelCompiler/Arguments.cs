namespace Cis.ModelCompiler;

/// <summary>The <c>--name value</c> pairs after a verb.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public static Arguments Parse(ReadOnlySpan<string> args)
    {
        var parsed = new Arguments();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
            {
                throw new CompilerException($"'{args[i]}' is not '--name value'.");
            }

            parsed._values[args[i][2..]] = args[i + 1];
        }
        return parsed;
    }

    /// <summary>The value of a setting that must be given.</summary>
    public string Required(string name) =>
        _values.GetValueOrDefault(name) ?? throw new CompilerException($"--{name} is missing.");
}

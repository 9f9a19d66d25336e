namespace Cis.ModelCompiler.Vocabularies;

/// <summary>The characters that texts in some languages are written with.</summary>
internal sealed record ScriptSet(string Name, IReadOnlyList<string> Languages, Func<string, bool> Contains)
{
    /// <summary>Latin script: its languages share one set, their accented letters are few.</summary>
    public static ScriptSet Latin { get; } = new("en", LatinScript.Languages, LatinScript.Contains);

    /// <summary>Japanese, with the Latin set that runs through it.</summary>
    public static ScriptSet Japanese { get; } =
        new("ja", ["ja", .. LatinScript.Languages], c => LatinScript.Contains(c) || JapaneseScript.Contains(c));

    /// <summary>Everything the model knows.</summary>
    public static ScriptSet Everything { get; } = new("all", ["*"], _ => true);

    /// <summary>All that a model of some languages knows.</summary>
    public static ScriptSet Whole(string name, IReadOnlyList<string> languages) => new(name, languages, _ => true);

    /// <summary>From the smallest to the largest: the first that has all languages asked for is the one to take.</summary>
    public static IReadOnlyList<ScriptSet> BySize { get; } = [Latin, Japanese, Everything];
}

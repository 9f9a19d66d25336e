namespace Cis.ModelCompiler.Vocabularies;

/// <summary>The characters that texts in some languages are written with.</summary>
internal sealed record ScriptSet(string Name, Func<string, bool> Contains)
{
    /// <summary>Latin script: its languages share one set, their letters with marks are few.</summary>
    public static ScriptSet Latin { get; } = new("en", LatinScript.Contains);

    /// <summary>Japanese, with the Latin set that runs through it.</summary>
    public static ScriptSet Japanese { get; } = new("ja", c => LatinScript.Contains(c) || JapaneseScript.Contains(c));

    /// <summary>Everything the model knows.</summary>
    public static ScriptSet Everything { get; } = new("all", _ => true);

    /// <summary>All that a model of some languages knows.</summary>
    public static ScriptSet Whole(string name) => new(name, _ => true);

    /// <summary>From the smallest to the largest: the first that has all languages asked for is the one to take.</summary>
    public static IReadOnlyList<ScriptSet> BySize { get; } = [Latin, Japanese, Everything];
}

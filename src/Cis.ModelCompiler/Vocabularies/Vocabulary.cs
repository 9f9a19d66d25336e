using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Vocabularies;

/// <summary>The characters a recogniser knows: character i is class i + 1, class 0 is the CTC blank.</summary>
internal sealed record Vocabulary(IReadOnlyList<string> Characters)
{
    /// <summary>Number of classes, the blank included.</summary>
    public int Classes => Characters.Count + 1;

    /// <summary>The vocabulary a PP-OCRv6 model carries under <c>character</c>; PaddleOCR adds the space after it.</summary>
    public static Vocabulary OfMetadata(Graph graph, string path)
    {
        var characters = graph.Model.MetadataProps.FirstOrDefault(property =>
            string.Equals(property.Key, "character", StringComparison.Ordinal)
        );
        return characters is null
            ? throw new CompilerException(
                $"{path} carries no dictionary (metadata 'character'), and none lies beside it."
            )
            : new Vocabulary([.. characters.Value.Split('\n'), " "]);
    }

    /// <summary>A dictionary file, a character a line; PaddleOCR adds the space after it.</summary>
    public static Vocabulary OfDictionary(string path)
    {
        var lines = File.ReadAllLines(path).ToList();
        if (!lines.Contains(" ", StringComparer.Ordinal))
            lines.Add(" ");
        return new Vocabulary(lines);
    }

    /// <summary>The places, in order, of the characters of a script set.</summary>
    public int[] Places(ScriptSet set) =>
        [.. Enumerable.Range(0, Characters.Count).Where(i => set.Contains(Characters[i]))];

    public void Write(string path) => File.WriteAllText(path, string.Concat(Characters.Select(c => c + "\n")));
}

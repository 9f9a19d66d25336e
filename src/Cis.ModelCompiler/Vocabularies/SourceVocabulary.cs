using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Vocabularies;

/// <summary>The characters a recognizer knows: character i is class i + 1, class 0 is the CTC blank.</summary>
internal sealed record SourceVocabulary(IReadOnlyList<string> Characters)
{
    /// <summary>Number of classes, the blank included.</summary>
    public int Classes => Characters.Count + 1;

    /// <summary>
    /// The vocabulary of a recognizer: from a dictionary file (a character a line), or from the model itself, which since
    /// PP-OCRv4 may carry it under <c>character</c>. PaddleOCR adds a space after it for the models trained with one.
    /// </summary>
    /// <param name="graph">The recognizer.</param>
    /// <param name="path">Its path, for the error.</param>
    /// <param name="dictionary">The dictionary file; none where the model carries its own.</param>
    /// <param name="classes">How many classes the model tells apart.</param>
    /// <exception cref="CompilerException">There is no dictionary, or it is of another model.</exception>
    public static SourceVocabulary Of(Graph graph, string path, string? dictionary, int classes)
    {
        string[] characters = dictionary is null ? Carried(graph, path) : File.ReadAllLines(dictionary);
        if (classes == characters.Length + 2)
        {
            characters = [.. characters, " "];
        }

        return classes == characters.Length + 1
            ? new SourceVocabulary(characters)
            : throw new CompilerException(
                $"{path} tells {classes} classes apart, but {dictionary ?? "its own dictionary"} has {characters.Length} "
                    + "characters, to which come the blank and perhaps the space: they do not belong together."
            );
    }

    /// <summary>
    /// The places of the characters of script sets, each of which has those of the set before it: each list begins with
    /// the list before it.
    /// </summary>
    public IEnumerable<int[]> NestedPlaces(IEnumerable<ScriptSet> sets)
    {
        int[] places = [];
        foreach (ScriptSet set in sets)
        {
            places = [.. places, .. Places(set).Except(places)];
            yield return places;
        }
    }

    /// <summary>Some of the characters.</summary>
    public SourceVocabulary Take(ReadOnlySpan<int> places)
    {
        string[] taken = new string[places.Length];
        for (int i = 0; i < taken.Length; i++)
        {
            taken[i] = Characters[places[i]];
        }

        return new SourceVocabulary(taken);
    }

    public void Write(string path) => File.WriteAllText(path, string.Concat(Characters.Select(c => c + "\n")));

    private IEnumerable<int> Places(ScriptSet set) =>
        Enumerable.Range(0, Characters.Count).Where(i => set.Contains(Characters[i]));

    private static string[] Carried(Graph graph, string path) =>
        graph
            .Model.MetadataProps.FirstOrDefault(p => string.Equals(p.Key, "character", StringComparison.Ordinal))
            ?.Value.Split('\n')
        ?? throw new CompilerException(
            $"{path} carries no dictionary, and none lies beside it: put its dictionary, a character a line, there as .txt."
        );
}

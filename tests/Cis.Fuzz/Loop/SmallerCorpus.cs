using Cis.Fuzz.Coverage;

namespace Cis.Fuzz.Loop;

/// <summary>Chooses what is stored with the sources: the shortest inputs that cover what all of them cover.</summary>
internal static class SmallerCorpus
{
    /// <summary>Puts them into the folder of stored inputs, in place of those that are there.</summary>
    /// <returns>How many there are, their bytes, and the edges that they cover.</returns>
    internal static (int Files, long Bytes, int Edges) Store(FuzzTarget target, EdgeMap edges, FuzzFolders folders)
    {
        byte[][] all =
        [
            .. FuzzFolders.Read(folders.Stored).Concat(FuzzFolders.Read(folders.Grown)).OrderBy(input => input.Length),
        ];
        Array.ForEach(all, input => target.Run(input));
        edges.Forget();
        // Those that were written by hand are what a person begins to read with, and stay.
        byte[][] seeds = [.. Seeds(folders.Stored).Select(File.ReadAllBytes)];
        foreach (byte[] seed in seeds)
        {
            _ = Adds(target, edges, seed);
        }

        var chosen = all.Where(input => Adds(target, edges, input)).ToList();
        Write(folders.Stored, chosen);
        return (seeds.Length + chosen.Count, seeds.Concat(chosen).Sum(input => (long)input.Length), edges.Edges);
    }

    private static IEnumerable<string> Seeds(string folder) =>
        Directory.EnumerateFiles(folder, "seed-*").Order(StringComparer.Ordinal);

    private static bool Adds(FuzzTarget target, EdgeMap edges, byte[] input)
    {
        int before = edges.Edges;
        edges.Clear();
        target.Run(input);
        edges.Learn();
        return edges.Edges > before;
    }

    private static void Write(string folder, List<byte[]> inputs)
    {
        foreach (string old in Directory.EnumerateFiles(folder, "found-*"))
        {
            File.Delete(old);
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"found-{i:d3}"), inputs[i]);
        }
    }
}

using System.Security.Cryptography;

namespace Cis.Fuzz.Loop;

/// <summary>The folder with inputs that a target did not hold, each with what happened.</summary>
/// <param name="folder">The folder, which need not be there.</param>
internal sealed class Findings(string folder)
{
    // The rest would be more of the same.
    private const int Most = 20;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    internal int Count => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.txt").Count() : 0;

    /// <summary>Forgets those of earlier runs.</summary>
    internal void Clear()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Keeps an input, unless one like it is known.</summary>
    /// <param name="kind">What happened in a word: crash, hang, memory.</param>
    /// <param name="input">The input.</param>
    /// <param name="what">What happened.</param>
    internal void Add(string kind, ReadOnlySpan<byte> input, string what)
    {
        if (_known.Count >= Most || !_known.Add(PlaceOf(what)))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        string name = $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}";
        File.WriteAllBytes(Path.Combine(folder, name), input.ToArray());
        File.WriteAllText(Path.Combine(folder, name + ".txt"), what + "\n");
    }

    /// <summary>Where in cis it happened: the first frames of its own, without the message, which varies.</summary>
    private static string PlaceOf(string what)
    {
        string[] frames =
        [
            .. what.Split('\n')
                .Select(line => line.Trim())
                .Where(line => line.StartsWith("at Cis.", StringComparison.Ordinal))
                .Take(2),
        ];
        return frames.Length == 0 ? what : string.Join('\n', frames) + what.Split(':')[0];
    }
}

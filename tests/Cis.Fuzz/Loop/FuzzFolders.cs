using System.Runtime.CompilerServices;

namespace Cis.Fuzz.Loop;

/// <summary>Where a target's files are.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Output">The folder of all targets' output.</param>
internal sealed record FuzzFolders(string Target, string Output)
{
    /// <summary>Where output goes unless told otherwise.</summary>
    internal static string DefaultOutput => Path.Combine(Repository, "artifacts", "fuzz");

    /// <summary>The corpus that is stored with the sources.</summary>
    internal string Stored => Path.Combine(Repository, "tests", "Cis.Fuzz", "corpus", Target);

    /// <summary>What earlier runs on this machine have added to it.</summary>
    internal string Grown => Path.Combine(Output, Target, "corpus");

    internal string Findings => Path.Combine(Output, Target, "findings");

    /// <summary>What the target is at, for whoever watches it.</summary>
    internal string Progress => Path.Combine(Output, Target, "progress");

    /// <summary>The root of the sources.</summary>
    internal static string Repository { get; } = RepositoryOf();

    private static string RepositoryOf([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", ".."));

    /// <summary>Reads the files of a folder, in the order of their names; none where there is no folder.</summary>
    internal static IEnumerable<byte[]> Read(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
            : [];
}

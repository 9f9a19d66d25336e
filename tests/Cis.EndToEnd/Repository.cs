namespace Cis.EndToEnd;

/// <summary>Where things lie in the working tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A sample document.</summary>
    public static string Sample(string name) => Path.Combine(Root, "tests", "data", name);

    /// <summary>The packed file of each model family that was built; skips the test when none was.</summary>
    public static IReadOnlyList<string> PackedFiles()
    {
        var folder = new DirectoryInfo(Path.Combine(Root, "artifacts", "packed"));
        IEnumerable<string> files = folder.Exists
            ? folder.GetFiles("cis", SearchOption.AllDirectories).Select(file => file.FullName)
            : [];
        string[] found = files.Order(StringComparer.Ordinal).ToArray();
        Assert.SkipUnless(found.Length > 0, "Nothing is packed: run ./build.sh test.");
        return found;
    }

    /// <summary>The packed file as a user gets it; skips the test when it was not built.</summary>
    public static string PackedFile()
    {
        string path = Path.Combine(Root, "dist", "cis");
        Assert.SkipUnless(File.Exists(path), "There is no dist/cis: run ./build.sh test.");
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Cis.Aot.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests lie outside of the repository.");
        }

        return folder.FullName;
    }
}

namespace Cis.Tests;

/// <summary>Files of the repository that tests compare with.</summary>
internal static class Repository
{
    private static readonly Lazy<string> RootFolder = new(FindRoot);

    public static string PathOf(params string[] parts) => Path.Combine([RootFolder.Value, .. parts]);

    /// <summary>
    /// Compares text with a file of the repository; with the variable CIS_UPDATE set, rewrites the file instead, for
    /// a person to read the difference.
    /// </summary>
    public static void AssertMatches(string actual, params string[] parts)
    {
        string path = PathOf(parts);
        if (Environment.GetEnvironmentVariable("CIS_UPDATE") is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cis.Aot.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("these tests run inside the repository only");
    }
}

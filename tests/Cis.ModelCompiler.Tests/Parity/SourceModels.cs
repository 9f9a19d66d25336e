using System.Runtime.CompilerServices;

namespace Cis.ModelCompiler.Tests.Parity;

/// <summary>Where the source models and pages are that the parity gate runs on.</summary>
internal static class SourceModels
{
    private static readonly string Root = FindRoot();

    /// <summary>The folder of a family's source models; skips the test where it was not fetched.</summary>
    public static string Folder(string family)
    {
        string folder =
            Environment.GetEnvironmentVariable($"CIS_MODELS_{family.ToUpperInvariant()}")
            ?? Path.Combine(Root, "artifacts", "models-src", family);
        Assert.SkipUnless(
            Directory.Exists(folder),
            $"The {family} models are not in {folder}: run ./build.sh test, or name their folder in CIS_MODELS_{family.ToUpperInvariant()}."
        );
        return folder;
    }

    /// <summary>Our own sample pages and, where the shared data are at hand, one of each set that is in PNG.</summary>
    public static IEnumerable<GrayImage> Pages(params ReadOnlySpan<string> samples)
    {
        var paths = new List<string>();
        foreach (string sample in samples)
        {
            paths.Add(Path.Combine(Root, "tests", "data", sample));
        }

        string shared = Environment.GetEnvironmentVariable("CIS_SHARED") ?? Path.Combine(Root, "..", "shared");
        foreach (
            string? page in new[] { "oldbooks/img/a006.png", "funsd/img/82092117.png", "scribe/img/deposition_01.png" }
        )
        {
            paths.Add(Path.Combine(shared, "data", "accuracy", page));
        }

        return paths.Where(File.Exists).Select(GrayImage.ReadPng);
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}

using System.Runtime.CompilerServices;

namespace Cis.Documents.Tests;

/// <summary>Where tests find documents and libraries.</summary>
internal static class TestFiles
{
    internal static string Root { get; } = FindRoot();

    /// <summary>A file of tests/data.</summary>
    internal static string Data(string name) => Path.Combine(Root, "tests", "data", name);

    /// <summary>A folder of the shared data, or null where this machine has none.</summary>
    internal static string? Shared(string folder)
    {
        string shared = Environment.GetEnvironmentVariable("CIS_SHARED") ?? Path.Combine(Root, "..", "shared");
        string path = Path.Combine(shared, folder);
        return Directory.Exists(path) ? path : null;
    }

    /// <summary>A native library of the loose payload; skips the test where it was not built.</summary>
    internal static string Library(string name)
    {
        string payload =
            Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR") ?? Path.Combine(Root, "artifacts", "payload");
        string path = Path.Combine(payload, "lib", name);
        Assert.SkipUnless(
            File.Exists(path),
            $"{name} is not in {payload}/lib: run ./build.sh build first, or set CIS_PAYLOAD_DIR."
        );
        return path;
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}

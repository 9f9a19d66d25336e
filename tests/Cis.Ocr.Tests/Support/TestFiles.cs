using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cis.Ocr.Tests.Support;

/// <summary>Where tests find documents, libraries and models.</summary>
internal static class TestFiles
{
    private static string Root { get; } = FindRoot();

    /// <summary>A file of tests/data.</summary>
    public static string Data(string name) => Path.Combine(Root, "tests", "data", name);

    /// <summary>A library of the loose payload, loaded; skips the test where it was not built.</summary>
    public static nint Library(string name)
    {
        string payload = Folder("CIS_PAYLOAD_DIR", "payload");
        string path = Path.Combine(payload, "lib", name);
        Assert.SkipUnless(
            File.Exists(path),
            $"{name} is not in {payload}/lib: run ./build.sh build first, or set CIS_PAYLOAD_DIR."
        );
        return NativeLibrary.Load(path);
    }

    /// <summary>The family that was packed, which tests read with where they do not name another.</summary>
    public static string PackedFamily { get; } = FindPackedFamily();

    /// <summary>The folder of a compiled model family, v6 or v4; skips the test where it was not built.</summary>
    public static string Family(string name)
    {
        string models = Folder("CIS_MODELS_COMPILED", "models");
        string family = Path.Combine(models, name);
        Assert.SkipUnless(
            File.Exists(Path.Combine(family, "family.json")),
            $"There are no compiled {name} models in {models}: run ./build.sh build first, or set CIS_MODELS_COMPILED."
        );
        return family;
    }

    private static string Folder(string variable, string artifact) =>
        Environment.GetEnvironmentVariable(variable) ?? Path.Combine(Root, "artifacts", artifact);

    /// <summary>./build.sh lays the packed family alone into the loose payload: v4 where it cannot fetch v6.</summary>
    private static string FindPackedFamily()
    {
        var models = new DirectoryInfo(Path.Combine(Folder("CIS_PAYLOAD_DIR", "payload"), "models"));
        return models.Exists && models.GetDirectories() is [{ Name: var name }] ? name : "v6";
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}

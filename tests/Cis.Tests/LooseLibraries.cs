using System.Runtime.InteropServices;
using Cis.Documents;

namespace Cis.Tests;

/// <summary>The libraries of the loose payload; a test that needs one is skipped where it was not built.</summary>
internal sealed class LooseLibraries : IDocumentLibraries
{
    public nint LoadPdfium() => throw new NotSupportedException("Engines of these tests read nothing.");

    public void UnloadPdfium(nint library) => throw new NotSupportedException();

    public nint LoadGuard() => Load("libcisguard.so");

    public nint LoadVips() => Load("libvips.so.42");

    private static nint Load(string name)
    {
        string folder =
            Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR") ?? Repository.PathOf("artifacts", "payload");
        string path = Path.Combine(folder, "lib", name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not in {folder}/lib: run ./build.sh build first.");
        return NativeLibrary.Load(path);
    }
}

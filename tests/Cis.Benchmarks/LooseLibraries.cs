using System.Runtime.InteropServices;
using Cis.Documents;

namespace Cis.Benchmarks;

/// <summary>The libraries of <c>artifacts/payload/lib</c>, named by CIS_PAYLOAD_DIR.</summary>
internal sealed class LooseLibraries : IDocumentLibraries
{
    private readonly string _folder = Path.Combine(
        Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR") ?? "artifacts/payload",
        "lib"
    );

    public nint Load(string name) => NativeLibrary.Load(Path.GetFullPath(Path.Combine(_folder, name)));

    public nint LoadPdfium() => Load("libpdfium.so");

    public void UnloadPdfium(nint library) => NativeLibrary.Free(library);

    public nint LoadGuard() => Load("libcisguard.so");

    public nint LoadVips() => Load("libvips.so.42");
}

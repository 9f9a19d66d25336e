using System.Runtime.InteropServices;
using Cis.Documents;

namespace Cis.Sandbox;

/// <summary>A document takes a library that its process was not started with.</summary>
internal sealed class MissingLibraryException(ReaderLibraries library) : Exception
{
    internal ReaderLibraries Library { get; } = library;
}

/// <summary>
/// The libraries that this process was started with, as open files: the guard at <see cref="SandboxNative.FirstFile"/>, the
/// others after it in the order of <see cref="ReaderLibraries"/>.
/// </summary>
internal sealed partial class HandedLibraries : IDocumentLibraries
{
    // All symbols are bound at once: a missing one is an error now, not in the middle of a page.
    private const int BindNow = 2;

    private readonly nint _guard;
    private readonly nint _vips;
    private nint _pdfium;

    /// <summary>Loads them all: in the sandbox nothing can be loaded.</summary>
    /// <exception cref="SandboxException">One cannot be loaded.</exception>
    internal HandedLibraries(ReaderLibraries which)
    {
        int file = SandboxNative.FirstFile;
        _guard = Load(file++);
        _pdfium = which.HasFlag(ReaderLibraries.Pdfium) ? Load(file++) : 0;
        _vips = which.HasFlag(ReaderLibraries.Vips) ? Load(file) : 0;
    }

    /// <inheritdoc/>
    public nint LoadPdfium()
    {
        // There is one copy. Once that is lost the process is replaced.
        nint pdfium = _pdfium;
        _pdfium = 0;
        return pdfium != 0 ? pdfium : throw new MissingLibraryException(ReaderLibraries.Pdfium);
    }

    /// <inheritdoc/>
    public void UnloadPdfium(nint library) { }

    /// <inheritdoc/>
    public nint LoadGuard() => _guard;

    /// <inheritdoc/>
    public nint LoadVips() => _vips != 0 ? _vips : throw new MissingLibraryException(ReaderLibraries.Vips);

    private static nint Load(int file)
    {
        nint handle = Dlopen($"/proc/self/fd/{file}", BindNow);
        return handle != 0 ? handle : throw new SandboxException(Marshal.PtrToStringUTF8(Dlerror()) ?? "dlopen");
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Dlopen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint Dlerror();
}

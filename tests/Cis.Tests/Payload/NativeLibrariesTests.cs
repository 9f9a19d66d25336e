extern alias compiler;

using System.Runtime.InteropServices;
using Cis.Payload;
using Packer = compiler::Cis.ModelCompiler.Packing.Packer;

namespace Cis.Tests.Payload;

/// <summary>Against the real libraries of the loose payload that the build lays out.</summary>
public sealed class NativeLibrariesTests : IDisposable
{
    private const string Pdfium = "libpdfium.so";
    private const string OnnxRuntime = "libonnxruntime.so";

    private readonly PayloadStore _payload;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-natives-");

    public NativeLibrariesTests()
    {
        string? loose = Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR");
        Assert.SkipUnless(Directory.Exists(loose), "CIS_PAYLOAD_DIR names no payload: run ./build.sh test.");
        _payload = PayloadStore.OpenDirectory(loose);
    }

    public void Dispose()
    {
        _payload.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_library_is_loaded_once_through_memory()
    {
        var libraries = new NativeLibraries(_payload, cacheDirectory: null);

        nint handle = libraries.Load(Pdfium);

        Assert.Equal(handle, libraries.Load(Pdfium));
        Assert.NotEqual(0, NativeLibrary.GetExport(handle, "FPDF_InitLibrary"));
        Assert.Contains("/memfd:libpdfium.so", File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_has_code_and_data_of_its_own()
    {
        var libraries = new NativeLibraries(_payload, cacheDirectory: null);

        IEnumerable<nint> exports = new[]
        {
            libraries.Load(Pdfium),
            libraries.LoadCopy(Pdfium),
            libraries.LoadCopy(Pdfium),
        }.Select(handle => NativeLibrary.GetExport(handle, "FPDF_InitLibrary"));

        Assert.Equal(3, exports.Distinct().Count());
    }

    [Fact]
    public void A_copy_that_was_given_up_is_loaded_anew_from_the_same_file()
    {
        var libraries = new NativeLibraries(_payload, cacheDirectory: null);
        nint first = libraries.LoadCopy(Pdfium);
        string? file = FileOf(first);
        Fail(first);
        Assert.NotEqual(0u, LastError(first));

        libraries.UnloadCopy(Pdfium, first);
        nint second = libraries.LoadCopy(Pdfium);

        Assert.Equal(file, FileOf(second));
        Assert.Equal(0u, LastError(second));
    }

    [Fact]
    public void A_baked_library_is_loaded_from_the_cache_and_its_copy_through_memory()
    {
        using PayloadStore packed = Pack();
        string cache = Path.Combine(_folder.FullName, "cache");
        string baked = LibraryCache.Bake(packed, cache).Single();
        var libraries = new NativeLibraries(packed, cache);

        nint handle = libraries.Load(Pdfium);

        Assert.Contains(baked, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        Assert.NotEqual(handle, libraries.LoadCopy(Pdfium));
    }

    [Fact]
    public void Different_libraries_loaded_in_turn_are_never_taken_for_each_other()
    {
        var libraries = new NativeLibraries(_payload, cacheDirectory: null);

        nint[] handles = new[] { libraries.Load(OnnxRuntime), libraries.Load(Pdfium), libraries.Load("libvips.so.42") };

        Assert.Equal(3, handles.Distinct().Count());
        Assert.True(NativeLibrary.TryGetExport(handles[0], "OrtGetApiBase", out _));
        Assert.True(NativeLibrary.TryGetExport(handles[1], "FPDF_InitLibrary", out _));
        Assert.True(NativeLibrary.TryGetExport(handles[2], "vips_init", out _));
    }

    [Fact]
    public void A_library_that_is_none_is_named_in_the_error()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "lib"));
        File.WriteAllText(Path.Combine(_folder.FullName, "lib/libfalse.so"), "no ELF file");
        using var payload = PayloadStore.OpenDirectory(_folder.FullName);

        PayloadException error = Assert.Throws<PayloadException>(() =>
            new NativeLibraries(payload, null).Load("libfalse.so")
        );

        Assert.Contains("libfalse.so", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>PDFium alone in a packed file: only there do entries have hashes.</summary>
    private PayloadStore Pack()
    {
        string loose = Path.Combine(_folder.FullName, "loose", "lib");
        Directory.CreateDirectory(loose);
        File.Copy(Path.Combine(_payload.Location, "lib", Pdfium), Path.Combine(loose, Pdfium));
        string executable = Path.Combine(_folder.FullName, "executable");
        File.WriteAllText(executable, PackedSample.ExecutableText);
        string packed = Path.Combine(_folder.FullName, "packed");
        Packer.Pack(executable, Path.GetDirectoryName(loose)!, packed);
        return PayloadStore.OpenFile(packed);
    }

    /// <summary>The path that a copy was loaded from: glibc's handle is a link_map, whose second member is its name.</summary>
    private static string? FileOf(nint copy) => Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(copy, nint.Size));

    /// <summary>Lets a copy of PDFium set a global of its own: the last error, by what is no PDF.</summary>
    private static unsafe void Fail(nint pdfium)
    {
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(pdfium, "FPDF_InitLibrary"))();
        var load = (delegate* unmanaged<byte*, nuint, byte*, nint>)
            NativeLibrary.GetExport(pdfium, "FPDF_LoadMemDocument64");
        fixed (byte* text = "no PDF"u8)
        {
            Assert.Equal(0, load(text, 6, null));
        }
    }

    private static unsafe uint LastError(nint pdfium) =>
        ((delegate* unmanaged<uint>)NativeLibrary.GetExport(pdfium, "FPDF_GetLastError"))();
}

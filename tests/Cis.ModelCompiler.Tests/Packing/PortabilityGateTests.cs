using System.Text;
using Cis.ModelCompiler.Packing;

namespace Cis.ModelCompiler.Tests.Packing;

/// <summary>Against PDFium's library, whose needs are known: glibc 2.16, and libgcc beside libc.</summary>
public sealed class PortabilityGateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-gate-");
    private readonly string _library;

    public PortabilityGateTests()
    {
        string loose = Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR") ?? "";
        _library = Path.Combine(loose, "lib", "libpdfium.so");
        Assert.SkipUnless(File.Exists(_library), "CIS_PAYLOAD_DIR names no payload: run ./build.sh test.");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_needs_of_a_library_are_read_from_the_file()
    {
        var needs = ElfNeeds.Read(_library);

        Assert.Equal(
            ["libpthread.so.0", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2"],
            needs.Libraries
        );
        Assert.Equal(new Version(2, 16), needs.Glibc);
        Assert.Contains("GCC_3.0", needs.Versions);
    }

    [Fact]
    public void A_library_that_the_target_can_load_passes() =>
        Assert.StartsWith("glibc 2.16; ", PortabilityGate.CheckLibrary(_library), StringComparison.Ordinal);

    [Fact]
    public void A_symbol_newer_than_the_targets_glibc_stops_the_build()
    {
        string path = Path.Combine(_folder.FullName, "libnew.so");
        File.WriteAllBytes(path, Replace(File.ReadAllBytes(_library), "GLIBC_2.16"u8, "GLIBC_2.35"u8));

        CompilerException error = Assert.Throws<CompilerException>(() => PortabilityGate.CheckLibrary(path));

        Assert.Contains("2.35", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_executable_that_needs_more_than_libc_stops_the_build()
    {
        CompilerException error = Assert.Throws<CompilerException>(() => PortabilityGate.CheckExecutable(_library));

        Assert.Contains("libgcc_s.so.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_ELF_file_is_named()
    {
        string path = Path.Combine(_folder.FullName, "text");
        File.WriteAllText(path, new string('x', 100));

        CompilerException error = Assert.Throws<CompilerException>(() => ElfNeeds.Read(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_is_damaged_and_not_a_crash()
    {
        string path = Path.Combine(_folder.FullName, "half.so");
        File.WriteAllBytes(path, File.ReadAllBytes(_library)[..100_000]);

        Assert.Throws<CompilerException>(() => ElfNeeds.Read(path));
    }

    private static byte[] Replace(byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        int at = bytes.AsSpan().IndexOf(old);
        Assert.True(at >= 0, Encoding.ASCII.GetString(old));
        replacement.CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cis.EndToEnd;

/// <summary>The packed file, run as a user would who has copied it and nothing else.</summary>
public sealed partial class PackedFileTests : IDisposable
{
    private const int PayloadDamaged = 12;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-alone-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Copied_alone_it_names_its_version_and_models()
    {
        var run = ProgramRun.Of(CopyAlone(), "version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(VersionLines, run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Doctor_offline_passes_the_file_itself_and_reads_its_sample_page()
    {
        var run = ProgramRun.Of(
            CopyAlone(),
            "doctor",
            "--offline",
            "--scratch-directory",
            "/dev/shm",
            "--scratch-bytes",
            "1MiB"
        );

        Assert.Equal(0, run.ExitCode);
        foreach (string? check in new[] { "cores", "glibc", "scratch", "sample" })
        {
            Assert.Contains($"pass  {check}", run.Output, StringComparison.Ordinal);
        }

        Assert.Contains("every byte checked", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_somebody_puts_beside_it_is_not_loaded()
    {
        string cis = CopyAlone();
        string witness = Path.Combine(_folder.FullName, "it-ran");
        foreach (string name in PlantedNames)
        {
            Plant(name, witness);
        }

        var read = ProgramRun.Of(cis, "ocr", Repository.Sample("born-digital.pdf"));
        var offline = ProgramRun.Of(cis, "doctor", "--offline", "--scratch-directory", "/dev/shm");

        Assert.Equal((0, 0), (read.ExitCode, offline.ExitCode));
        Assert.False(File.Exists(witness), File.Exists(witness) ? File.ReadAllText(witness) : "");
    }

    // Under every name by which a call of ours, or of .NET's, could look for the C library or one of the payload's.
    private static readonly string[] PlantedNames =
    [
        "libc",
        "libc.so",
        "libc.so.6",
        "libc.so.6.so",
        "liblibc.so",
        "libpdfium.so",
        "libvips.so.42",
        "libonnxruntime.so",
        "libe_sqlite3.so",
        "libSystem.Native.so",
        "libssl.so.3",
        "libgssapi_krb5.so.2",
    ];

    private void Plant(string name, string witness)
    {
        string source = Path.Combine(_folder.FullName, "planted.c");
        File.WriteAllText(
            source,
            $$"""
            #include <stdio.h>
            __attribute__((constructor)) static void run(void)
            {
                FILE *file = fopen("{{witness}}", "a");
                fputs("{{name}}\n", file);
                fclose(file);
            }
            """
        );
        string folder = Path.Combine(_folder.FullName, name);
        string compiler = File.Exists("/usr/bin/gcc") ? "gcc" : "clang";
        using var compile = Process.Start(compiler, ["-shared", "-fPIC", "-o", folder, source]);
        compile.WaitForExit();
        Assert.Equal(0, compile.ExitCode);
    }

    [Fact]
    public void Version_verbose_lists_the_needs_of_each_library()
    {
        var run = ProgramRun.Of(CopyAlone(), "version", "--verbose");

        Assert.Equal(0, run.ExitCode);
        foreach (
            string? library in new[]
            {
                "libcisguard.so",
                "libciskernels.so",
                "libonnxruntime.so",
                "libpdfium.so",
                "libvips.so.42",
            }
        )
        {
            Assert.Contains($"\n{library}: glibc 2.", run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("avx512", @"(?m)^kernels: (AVX-512 without VNNI|AVX-VNNI|AVX2|none, .+)$")]
    [InlineData("off", "(?m)^kernels: none, ONNX Runtime in 32 bits$")]
    public void Version_verbose_says_which_kernels_run_with_the_settings_of_the_environment(string kernels, string line)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CIS_KERNELS"] = kernels };

        var run = ProgramRun.Of(environment, CopyAlone(), "version", "--verbose");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(line, run.Output);
    }

    [Fact]
    public void Licenses_name_every_component_and_carry_their_texts()
    {
        var run = ProgramRun.Of(CopyAlone(), "licenses", "--texts");

        Assert.Equal(0, run.ExitCode);
        foreach (string? component in new[] { "ONNX Runtime", "PDFium", "libvips", "PP-OCRv6", ".NET runtime" })
        {
            Assert.Contains(component, run.Output, StringComparison.Ordinal);
        }

        Assert.Contains("GNU LESSER GENERAL PUBLIC LICENSE", run.Output, StringComparison.Ordinal);
        Assert.Contains("Copyright 2014 The PDFium Authors", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_family_reads_in_a_read_only_file_system_without_home_or_environment()
    {
        foreach (string packed in Repository.PackedFiles())
        {
            using var jail = new Jail(packed, Repository.Sample("scan.pdf"), Repository.Sample("photo.jpg"));

            ProgramRun run = jail.Run("ocr", "--text-layer", "never", "/scan.pdf", "/photo.jpg");

            Assert.True(run.ExitCode == 0, $"{packed}: {run.ExitCode} {run.Error}");
            AssertReads("scan.expected.txt", run.Output, packed);
            AssertReads("photo.expected.txt", run.Output, packed);
        }
    }

    [Fact]
    public void A_baked_cache_reads_the_same_and_an_altered_one_is_refused()
    {
        string cis = CopyAlone();
        string cache = Path.Combine(_folder.FullName, "cache");
        string document = Repository.Sample("born-digital.pdf");

        var bake = ProgramRun.Of(cis, "bake", cache);
        var cached = ProgramRun.Of("/usr/bin/env", $"CIS_NATIVE_CACHE={cache}", cis, "ocr", document);
        Assert.Equal(0, bake.ExitCode);
        Assert.Equal((0, ProgramRun.Of(cis, "ocr", document).Output), (cached.ExitCode, cached.Output));

        foreach (string library in bake.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            FlipByte(library, 5000);
        }

        var refused = ProgramRun.Of("/usr/bin/env", $"CIS_NATIVE_CACHE={cache}", cis, "ocr", document);
        AssertRefused(refused, "refused");
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void An_altered_file_says_so_in_one_line_and_reads_nothing(double where)
    {
        string cis = CopyAlone();
        FlipByte(cis, (long)(new FileInfo(cis).Length * where));

        AssertRefused(ProgramRun.Of(cis, "ocr", Repository.Sample("photo.jpg")), "damaged");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000_000)]
    public void A_truncated_file_says_so_in_one_line_and_reads_nothing(int missing)
    {
        string cis = CopyAlone();
        using (FileStream file = File.OpenWrite(cis))
        {
            file.SetLength(file.Length - missing);
        }

        AssertRefused(ProgramRun.Of(cis, "ocr", Repository.Sample("photo.jpg")), "cut off");
    }

    private string CopyAlone()
    {
        string path = Path.Combine(_folder.FullName, "cis");
        File.Copy(Repository.PackedFile(), path);
        return path;
    }

    private static void FlipByte(string path, long position)
    {
        UnixFileMode mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, mode | UnixFileMode.UserWrite);
        using (FileStream file = File.Open(path, FileMode.Open))
        {
            file.Position = position;
            int value = file.ReadByte();
            file.Position = position;
            file.WriteByte((byte)(value ^ 0x40));
        }
        File.SetUnixFileMode(path, mode);
    }

    private static void AssertRefused(ProgramRun run, string why)
    {
        Assert.Equal(PayloadDamaged, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Nine of ten words are there: what a family reads wrong is the accuracy tests' business.</summary>
    private static void AssertReads(string expected, string text, string packed)
    {
        HashSet<string> words = Words(File.ReadAllText(Repository.Sample(expected)));
        int found = words.Intersect(Words(text), StringComparer.Ordinal).Count();
        Assert.True(found >= words.Count * 0.9, $"{packed}: {found} of {words.Count} words of {expected} in:\n{text}");
    }

    private static HashSet<string> Words(string text) =>
        Word.Matches(text).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(
        @"^cis \d+\.\d+\.\d+(-dev\.\d+)? \(commit [0-9a-f]{7,40}(-dirty)?, 2\d{3}-\d\d-\d\d\)\nmodels: .+, sha256 [0-9a-f]{64}\n(note: .+\n)?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex VersionLines { get; }

    [GeneratedRegex(@"[\p{L}\p{N}]{3,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word { get; }
}

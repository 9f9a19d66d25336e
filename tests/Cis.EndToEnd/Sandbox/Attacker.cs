using System.Text.RegularExpressions;

namespace Cis.EndToEnd.Sandbox;

/// <summary>
/// cis with a library in place of PDFium that does what a document wants (attacker.c): the program of the packed file, but
/// unpacked, which alone takes libraries from a folder.
/// </summary>
internal sealed partial class Attacker : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-attacked-");

    /// <summary>Builds it; skips the test where there is nothing to build it from.</summary>
    internal Attacker()
    {
        Assert.SkipUnless(File.Exists(Program), "There is no unpacked cis: run ./build.sh test.");
        string libraries = Path.Combine(Payload, "lib");
        foreach (string file in Directory.EnumerateFiles(Own, "*", SearchOption.AllDirectories))
        {
            string link = Path.Combine(Payload, Path.GetRelativePath(Own, file));
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, file);
        }

        File.Delete(Path.Combine(libraries, "libpdfium.so"));
        Compile(Path.Combine(libraries, "libpdfium.so"));
    }

    private static string Program =>
        Path.Combine(Repository.Root, "src", "Cis", "bin", "Release", "net10.0", "linux-x64", "native", "cis");

    private static string Own => Path.Combine(Repository.Root, "artifacts", "payload");

    /// <summary>What it tries to write.</summary>
    internal string Witness => Path.Combine(_folder.FullName, "attacker-was-here");

    private string Payload => Path.Combine(_folder.FullName, "payload");

    /// <summary>Writes a file that attacks.</summary>
    /// <param name="how">As attacker.c has it.</param>
    /// <param name="name">The name of the file; null for that of the attack.</param>
    /// <param name="folder">Where it is to lie; null for a folder of its own.</param>
    internal string WriteFile(string how, string? name = null, string? folder = null)
    {
        string path = Path.Combine(folder ?? _folder.FullName, name ?? $"{how}.pdf");
        File.WriteAllText(path, $"%PDF-attack:{how}\n");
        return path;
    }

    /// <summary>Runs a command, with secrets in its environment.</summary>
    internal ProgramRun Run(IEnumerable<string> arguments, params IEnumerable<string> files) =>
        ProgramRun.Of(Environment, Program, [.. arguments, .. files]);

    /// <summary>Starts a command.</summary>
    internal RunningProgram Start(IEnumerable<string> arguments, Action<string> heard) =>
        new(Program, arguments, Environment, heard);

    public void Dispose() => _folder.Delete(recursive: true);

    private Dictionary<string, string> Environment =>
        new(StringComparer.Ordinal)
        {
            ["CIS_PAYLOAD_DIR"] = Payload,
            ["AWS_SECRET_ACCESS_KEY"] = "not for documents",
            ["OPENSEARCH_PASSWORD"] = "nor this",
        };

    private void Compile(string library)
    {
        string bindings = File.ReadAllText(
            Path.Combine(Repository.Root, "src", "Cis.Documents", "Pdf", "PdfiumNative.cs")
        );
        IEnumerable<string> names = PdfiumName()
            .Matches(bindings)
            .Select(match => match.Groups["name"].Value)
            .Distinct();
        File.WriteAllLines(
            Path.Combine(_folder.FullName, "stubs.h"),
            names
                .Where(name => name is not ("FPDF_LoadMemDocument64" or "FPDF_GetLastError"))
                .Select(name => $"STUB({name})")
        );
        string source = Path.Combine(Repository.Root, "tests", "Cis.EndToEnd", "Sandbox", "attacker.c");
        var path = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin",
        };
        var run = ProgramRun.Of(
            path,
            "/usr/bin/env",
            [
                "gcc",
                "-shared",
                "-fPIC",
                "-O0",
                "-w",
                "-I",
                _folder.FullName,
                $"-DWITNESS=\"{Witness}\"",
                "-o",
                library,
                source,
            ]
        );
        Assert.True(run.ExitCode == 0, run.Error);
    }

    [GeneratedRegex("Export\\(\\s*\"(?<name>FPDF\\w+|FORM\\w+)\"", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PdfiumName();
}

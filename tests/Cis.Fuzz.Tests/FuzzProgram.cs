using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Cis.Fuzz.Tests;

/// <summary>The program beside the tests; its output stays in artifacts/fuzz/tests, where findings can be looked at.</summary>
internal sealed class FuzzProgram
{
    private static string Output => PathOf("artifacts", "fuzz", "tests");

    internal string Said { get; private set; } = "";

    internal int Run(params string[] arguments) =>
        RunAt(Path.Combine(AppContext.BaseDirectory, "Cis.Fuzz"), [.. arguments, "--out", Output]);

    /// <summary>Runs a program, and keeps what it says.</summary>
    internal int RunAt(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Said = process.StandardOutput.ReadToEnd();
        Said += error.GetAwaiter().GetResult();
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>What was found in a target, each in words.</summary>
    internal static string[] FindingsOf(string target)
    {
        string folder = Path.Combine(Output, target, "findings");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.txt").Select(File.ReadAllText)] : [];
    }

    internal static string PathOf(params string[] parts) => Path.Combine([Repository(), .. parts]);

    private static string Repository([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", ".."));
}

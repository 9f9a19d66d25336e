using System.Diagnostics;

namespace Cis.Tests.Deploy;

/// <summary>A program that Debian has and a user of cis need not: CI installs it.</summary>
internal sealed class DebianTool
{
    private readonly string _path;

    private DebianTool(string path) => _path = path;

    /// <summary>Leaves the test out where it is not installed.</summary>
    internal static DebianTool Require(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"{Path.GetFileName(path)} is not on this machine");
        return new DebianTool(path);
    }

    /// <summary>Runs it.</summary>
    /// <returns>Its exit code, and all that it said.</returns>
    internal (int ExitCode, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(_path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}

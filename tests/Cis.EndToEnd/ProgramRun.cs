using System.Diagnostics;

namespace Cis.EndToEnd;

/// <summary>What a program that has ended said.</summary>
/// <param name="ExitCode">128 + n when signal n ended it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs a program to its end, with an empty environment and no input.</summary>
    public static ProgramRun Of(string program, params IEnumerable<string> arguments) =>
        Of(new Dictionary<string, string>(StringComparer.Ordinal), program, arguments);

    /// <summary>Runs a program to its end, with an environment of its own and no input.</summary>
    public static ProgramRun Of(
        IReadOnlyDictionary<string, string> environment,
        string program,
        params IEnumerable<string> arguments
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new TimeoutException($"{program} ran for more than {Limit}.");
        }
        return new ProgramRun(process.ExitCode, output.Result, error.Result);
    }
}

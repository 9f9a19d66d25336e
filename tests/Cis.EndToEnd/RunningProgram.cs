using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Cis.EndToEnd;

/// <summary>A program at work, to send signals to; ended with the test at the latest.</summary>
internal sealed class RunningProgram : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _error;

    /// <summary>Starts a program with nothing on its standard input.</summary>
    public RunningProgram(string program, params IEnumerable<string> arguments)
        : this(program, arguments, new Dictionary<string, string>(StringComparer.Ordinal), _ => { }) { }

    /// <summary>Starts a program, and listens to it.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment beside what this process has there.</param>
    /// <param name="heard">Gets each line of its standard error as it comes.</param>
    public RunningProgram(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string> heard
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _error = ListenAsync(_process.StandardError, heard);
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its standard output, as it comes.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">Its name without SIG.</param>
    public void Signal(string signal) =>
        ProgramRun.Of("/bin/kill", "-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code and what it wrote to standard error.</returns>
    public (int ExitCode, string Error) Wait() =>
        _process.WaitForExit(Limit)
            ? (_process.ExitCode, _error.Result)
            : throw new TimeoutException($"{_process.StartInfo.FileName} runs for more than {Limit}.");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task<string> ListenAsync(StreamReader error, Action<string> heard)
    {
        var all = new StringBuilder();
        while (await error.ReadLineAsync() is { } line)
        {
            all.Append(line).Append('\n');
            heard(line);
        }

        return all.ToString();
    }
}

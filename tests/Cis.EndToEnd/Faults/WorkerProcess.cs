using System.Collections.Concurrent;
using System.Text.Json;

namespace Cis.EndToEnd.Faults;

/// <summary>A <c>cis worker</c> that is listened to: what it does is known by its log.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // Numbers of log lines, which are part of the interface.
    internal const int Started = 100;
    internal const int FileEnded = 201;
    internal const int LeaseLost = 202;
    internal const int Recovering = 105;
    internal const int CallFailed = 302;
    internal const int CircuitOpened = 303;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly RunningProgram _program;
    private readonly ConcurrentQueue<(int Event, JsonElement Line)> _said = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly ITestOutputHelper? _test = TestContext.Current.TestOutputHelper;

    internal WorkerProcess(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment
    ) => _program = new RunningProgram(program, arguments, environment, Hear);

    internal int Id => _program.Id;

    /// <summary>How often it has said something.</summary>
    internal int Count(int number) => _said.Count(line => line.Event == number);

    /// <summary>What it has said of one kind.</summary>
    internal IEnumerable<JsonElement> Said(int number) =>
        _said.Where(line => line.Event == number).Select(line => line.Line);

    /// <summary>Files that came to an end otherwise than by being returned to the queue.</summary>
    internal int Settled =>
        Said(FileEnded).Count(line => line.GetProperty("outcome").GetString() is not ("cancelled" or "transient"));

    /// <summary>Waits until it has said something so often, or has ended.</summary>
    internal async Task UntilAsync(int number, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        while (Count(number) < count)
        {
            await _heard.WaitAsync(limit.Token);
        }
    }

    internal void Signal(string signal) => _program.Signal(signal);

    /// <summary>Waits for its end.</summary>
    internal (int ExitCode, string Error) Wait() => _program.Wait();

    public void Dispose()
    {
        _program.Dispose();
        _heard.Dispose();
    }

    private void Hear(string text)
    {
        // Shown where a test fails.
        _test?.WriteLine(text);
        // What the runtime says when it dies is no log line.
        if (text.StartsWith('{'))
        {
            var line = JsonElement.Parse(text);
            _said.Enqueue((line.GetProperty("event").GetInt32(), line));
        }

        _heard.Release();
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Tests.Support;

/// <summary>A log to look into.</summary>
internal sealed class LogList : ILogger
{
    private readonly AsyncLocal<string?> _traceId = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(int Id, LogLevel Level, string Text)> Lines { get; } = new();

    /// <summary>Runs with each line.</summary>
    public Action OnLine { get; init; } = () => { };

    /// <summary>Runs before a line is taken, with its number; what it throws, the writer of the line gets.</summary>
    public Action<int> Refuse { get; set; } = _ => { };

    /// <summary>Completes with the first line.</summary>
    public Task First => _first.Task;

    /// <summary>The trace that each line belongs to; null for a line of none.</summary>
    public ConcurrentQueue<(int Id, string? TraceId)> Traces { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        object? traceId = Assert
            .IsType<IReadOnlyList<KeyValuePair<string, object?>>>(state, exactMatch: false)
            .Single(value => value.Key == "TraceId")
            .Value;
        _traceId.Value = (string?)traceId;
        return new Scope(this);
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        Refuse(eventId.Id);
        Traces.Enqueue((eventId.Id, _traceId.Value));
        Lines.Enqueue((eventId.Id, logLevel, formatter(state, exception) + exception));
        OnLine();
        _first.TrySetResult();
    }

    public override string ToString() => string.Join('\n', Lines.Select(line => $"{line.Id} {line.Text}"));

    private sealed class Scope(LogList log) : IDisposable
    {
        public void Dispose() => log._traceId.Value = null;
    }
}

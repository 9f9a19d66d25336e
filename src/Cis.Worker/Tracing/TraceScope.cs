using System.Collections;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Tracing;

/// <summary>The log scope of a message: adds the trace that it belongs to.</summary>
internal readonly record struct TraceScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly string _traceId;

    private TraceScope(ActivityTraceId traceId) => _traceId = traceId.ToHexString();

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new("TraceId", _traceId) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Begins it, until what is returned is disposed.</summary>
    /// <returns>Null if there is no trace, as with most messages.</returns>
    internal static IDisposable? Begin(ILogger logger, ActivityContext trace) =>
        trace.TraceId == default ? null : logger.BeginScope(new TraceScope(trace.TraceId));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"TraceId:{_traceId}";
}

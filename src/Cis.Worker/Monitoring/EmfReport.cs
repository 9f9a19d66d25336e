using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Monitoring;

/// <summary>
/// Writes the metrics as lines of CloudWatch's embedded metric format: where standard output goes to CloudWatch Logs, its
/// metrics come of that by themselves, without an agent, and without a call or a right of the worker's own.
/// </summary>
/// <param name="state">What the worker does.</param>
/// <param name="options">How often, and where CloudWatch puts it.</param>
/// <param name="output">Gets all lines of a moment in one piece, for others may write to the same pipe.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of lines that could not be written.</param>
internal sealed class EmfReport(WorkerState state, EmfOptions options, Stream output, TimeProvider time, ILogger logger)
{
    // What one line may tell of.
    private const int MaxMetrics = 100;

    // No dimensions: the values of all workers come together in one metric, and a fleet costs no more than one worker.
    private static readonly string[][] NoDimensions =
    [
        [],
    ];

    private EmfReading _last = EmfReading.Start;
    private bool _hasFailed;

    /// <summary>Writes a line after each interval, and a last one when cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                TryWrite();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            TryWrite();
        }
    }

    // What could not be written is in the next line.
    private void TryWrite()
    {
        try
        {
            var reading = EmfReading.Of(MetricTable.Of(state));
            // In one piece, and so all of it or, as far as it can be told, nothing: what is written twice is counted twice.
            using var lines = new MemoryStream();
            foreach (EmfMetric[] metrics in reading.Since(_last).Chunk(MaxMetrics))
            {
                WriteLine(lines, metrics);
            }

            output.Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
            _last = reading;
            _hasFailed = false;
        }
        catch (Exception e)
        {
            // Whoever reads it has gone, the disk is full, /proc does not answer: the files go on.
            Failed(e);
        }
    }

    // Once until it works again: it would be said every minute.
    private void Failed(Exception e)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            LogMessages.MetricsNotWritten(logger, e.Message);
        }
    }

    private void WriteLine(MemoryStream lines, EmfMetric[] metrics)
    {
        EmfDefinition[] definitions = Array.ConvertAll(metrics, metric => metric.Definition);
        var directive = new EmfDirective(options.Namespace, NoDimensions, definitions);
        using (var json = new Utf8JsonWriter(lines))
        {
            json.WriteStartObject();
            json.WritePropertyName("_aws");
            var metadata = new EmfMetadata(time.GetUtcNow().ToUnixTimeMilliseconds(), [directive]);
            JsonSerializer.Serialize(json, metadata, EmfJson.Default.EmfMetadata);
            json.WriteString("version", state.Version);
            foreach (EmfMetric metric in metrics)
            {
                WriteValues(json, metric);
            }

            json.WriteEndObject();
        }

        lines.WriteByte((byte)'\n');
    }

    private static void WriteValues(Utf8JsonWriter json, EmfMetric metric)
    {
        if (metric.Values.Length == 1)
        {
            json.WriteNumber(metric.Definition.Name, metric.Values[0]);
            return;
        }

        json.WriteStartArray(metric.Definition.Name);
        foreach (double value in metric.Values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}

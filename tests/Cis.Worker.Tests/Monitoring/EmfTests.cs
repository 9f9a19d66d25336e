using System.Text;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Monitoring;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Monitoring;

/// <summary>Lines in CloudWatch's embedded metric format.</summary>
public sealed class EmfTests : IDisposable
{
    private static readonly EmfOptions Options = new("my/cis", TimeSpan.FromMinutes(1));

    private readonly Output _output = new();
    private readonly CancellationTokenSource _end = new();

    public void Dispose() => _end.Dispose();

    [Fact]
    public async Task A_line_a_minute_has_what_came_since_the_last_and_the_end_has_the_rest()
    {
        await using var worker = new WorkerHarness();
        worker.OnRead = (name, _) =>
        {
            if (name == "secret.pdf")
            {
                throw new ReadException(Outcome.Encrypted, "it needs a password");
            }
        };
        worker.Send("a.pdf");
        worker.Send("b.pdf");
        worker.Send("secret.pdf");
        worker.Start();
        Task writing = worker.Worker!.WriteMetricsAsync(Options, _output, _end.Token);
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        Assert.Empty(_output.Lines);
        await worker.UntilAsync(() => _output.Lines.Length == 1);
        await worker.UntilAsync(() => _output.Lines.Length == 2);
        worker.Send("c.pdf");
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.EndAsync();
        await _end.CancelAsync();
        await writing;

        JsonElement[] lines = [.. _output.Lines.Select(Checked)];
        Assert.Equal([3, 0, 1], lines.Select(line => line.GetProperty("cis.messages.received").GetDouble()));
        Assert.Equal([2, 0, 1], lines.Select(line => Of(line, "cis.messages.ended.ok")));
        Assert.Equal([1, 0, 0], lines.Select(line => Of(line, "cis.messages.dead_lettered.encrypted")));
        Assert.Equal([3, 0, 1], lines.Select(line => CountOf(line, "cis.fetch")));
        Assert.Equal([2, 2, 2], lines.Select(line => Of(line, "cis.engines")));
        Assert.Equal([1, 1, 1], lines.Select(line => Of(line, "cis.service.up.index")));
        Assert.True(Of(lines[0], "process.resident_memory") > 1 << 20);
        Assert.False(lines[0].TryGetProperty("cis.messages.in_hand", out _));
        long[] times = [.. lines.Select(line => line.GetProperty("_aws").GetProperty("Timestamp").GetInt64())];
        Assert.Equal(60_000, times[1] - times[0]);
        Assert.Equal(worker.Time.GetUtcNow().ToUnixTimeMilliseconds(), times[2]);
    }

    [Fact]
    public async Task Many_durations_are_a_hundred_that_say_the_same()
    {
        await using var worker = new WorkerHarness();
        worker.Start();
        for (int i = 1; i <= 5000; i++)
        {
            worker.Worker!.Metrics.FetchTime.Add(TimeSpan.FromMilliseconds(i));
        }

        await worker.EndAsync();
        await WriteLastAsync(worker);

        double[] values =
        [
            .. Checked(Assert.Single(_output.Lines))
                .GetProperty("cis.fetch")
                .EnumerateArray()
                .Select(v => v.GetDouble()),
        ];
        Assert.Equal(100, values.Length);
        Assert.Equal(values.Order(), values);
        Assert.InRange(values.Average(), 2.4, 2.6);
        Assert.InRange(values[49], 2.4, 2.6);
        Assert.InRange(values[94], 4.55, 4.9);
    }

    [Fact]
    public async Task What_could_not_be_written_is_said_once_and_comes_with_the_next_line()
    {
        await using var worker = new WorkerHarness();
        worker.Send("a.pdf");
        worker.Start();
        _output.Fault = new IOException("no space left");
        Task writing = worker.Worker!.WriteMetricsAsync(Options, _output, _end.Token);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(3));
        (int _, _, string text) = Assert.Single(worker.Log.Lines, line => line.Id == 115);
        Assert.Contains("no space left", text, StringComparison.Ordinal);
        _output.Fault = null;
        await worker.EndAsync();
        await _end.CancelAsync();
        await writing;

        Assert.Equal(1, Of(Checked(Assert.Single(_output.Lines)), "cis.messages.received"));
    }

    [Fact]
    public async Task The_lines_go_on_after_a_fault_that_nobody_foresaw_and_count_nothing_twice()
    {
        await using var worker = new WorkerHarness();
        worker.Send("a.pdf");
        worker.Start();
        Task writing = worker.Worker!.WriteMetricsAsync(Options, _output, _end.Token);
        await worker.UntilAsync(() => _output.Lines.Length == 1);
        // The line cannot be written, nor that said.
        _output.Fault = new IOException("no space left");
        worker.Log.Refuse = id => _ = id == 115 ? throw new IOException("no space left for the log") : id;
        await worker.UntilAsync(() => worker.Log.Lines.Any(line => line.Id == 111));
        (_output.Fault, worker.Log.Refuse) = (null, _ => { });
        await worker.UntilAsync(() => _output.Lines.Length == 2);
        await worker.EndAsync();
        await _end.CancelAsync();
        await writing;

        double[] received = [.. _output.Lines.Select(line => Of(Checked(line), "cis.messages.received"))];
        Assert.Equal([1, 0, 0], received);
    }

    [Fact]
    public async Task A_line_has_a_hundred_metrics_at_most_even_if_all_there_are_have_moved()
    {
        await using var worker = new WorkerHarness();
        worker.Start();
        WorkerMetrics metrics = worker.Worker!.Metrics;
        foreach (Outcome outcome in Enum.GetValues<Outcome>())
        {
            metrics.DeadLetter(outcome);
            metrics.Ended(outcome, TimeSpan.FromSeconds(1));
        }

        foreach (Stage stage in Enum.GetValues<Stage>())
        {
            metrics.StageTime(stage).Add(TimeSpan.FromSeconds(1));
        }

        await worker.EndAsync();
        await WriteLastAsync(worker);

        Assert.Equal(1, Of(Checked(Assert.Single(_output.Lines)), "cis.messages.ended.transient"));
    }

    private async Task WriteLastAsync(WorkerHarness worker)
    {
        Task writing = worker.Worker!.WriteMetricsAsync(Options, _output, _end.Token);
        await _end.CancelAsync();
        await writing;
    }

    /// <summary>A line, once it was found to be as CloudWatch's specification wants it.</summary>
    private static JsonElement Checked(string text)
    {
        JsonElement line = JsonDocument.Parse(text).RootElement;
        JsonElement metadata = line.GetProperty("_aws");
        Assert.Equal(["Timestamp", "CloudWatchMetrics"], metadata.EnumerateObject().Select(member => member.Name));
        JsonElement directive = Assert.Single(metadata.GetProperty("CloudWatchMetrics").EnumerateArray());
        Assert.Equal(["Namespace", "Dimensions", "Metrics"], directive.EnumerateObject().Select(member => member.Name));
        Assert.Equal("my/cis", directive.GetProperty("Namespace").GetString());
        Assert.Equal("[[]]", directive.GetProperty("Dimensions").GetRawText());
        JsonElement[] metrics = [.. directive.GetProperty("Metrics").EnumerateArray()];
        Assert.InRange(metrics.Length, 1, 100);
        Assert.Distinct(metrics.Select(metric => metric.GetProperty("Name").GetString()));
        Assert.All(
            metrics,
            metric =>
            {
                Assert.Equal(["Name", "Unit"], metric.EnumerateObject().Select(member => member.Name));
                Assert.Contains(
                    metric.GetProperty("Unit").GetString(),
                    (string[])["Seconds", "Bytes", "Count", "None"]
                );
                JsonElement target = line.GetProperty(metric.GetProperty("Name").GetString()!);
                Assert.True(target.ValueKind is JsonValueKind.Number or JsonValueKind.Array);
                Assert.True(target.ValueKind == JsonValueKind.Number || target.GetArrayLength() <= 100);
            }
        );
        Assert.Equal(metrics.Length + 2, line.EnumerateObject().Count()); // _aws and version
        return line;
    }

    private static double Of(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;

    private static int CountOf(JsonElement line, string name) =>
        !line.TryGetProperty(name, out JsonElement value) ? 0
        : value.ValueKind == JsonValueKind.Array ? value.GetArrayLength()
        : 1;

    /// <summary>Keeps what is written to it: each time a whole line.</summary>
    private sealed class Output : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly List<string> _lines = [];

        internal Exception? Fault { get; set; }

        internal string[] Lines
        {
            get
            {
                lock (_gate)
                {
                    return [.. _lines];
                }
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Fault is { } fault)
            {
                throw fault;
            }

            string line = Encoding.UTF8.GetString(buffer);
            Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
            lock (_gate)
            {
                _lines.Add(line);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}

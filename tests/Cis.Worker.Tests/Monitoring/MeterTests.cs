using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Cis.Pages;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Monitoring;

/// <summary>The worker's metrics as a listener of <see cref="System.Diagnostics.Metrics"/> sees them.</summary>
[Collection(Telemetry.Collection)]
public sealed class MeterTests
{
    [Fact]
    public async Task Each_instrument_moves_with_the_worker_and_says_what_Prometheus_is_told()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions
            {
                DefaultBucket = "bucket",
                WorkerVersion = "1.2.3",
                CountsQueue = true,
            }
        );
        worker.Queue.OnCount = () => new QueueStatus(Waiting: 7, InFlight: 2, Dead: 1);
        worker.OnRead = (name, _) =>
        {
            Passing.UntilTimeHasPassed();
            if (name == "secret.pdf")
            {
                throw new ReadException(Outcome.Encrypted, "it needs a password");
            }
        };
        worker.Send("good.pdf");
        worker.Send("secret.pdf");
        worker.Queue.Send("test", """{"Event":"s3:TestEvent"}""");
        worker.Time.Advance(TimeSpan.FromSeconds(20));
        using var listener = new MeterReader();
        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.EndAsync();

        listener.Collect();

        Assert.Equal("1.2.3", worker.Worker!.Meter.Version);
        Assert.Equal(3, listener.Last["cis.messages.received"]);
        Assert.Equal(1, listener.Last["cis.messages.ended{outcome=encrypted}"]);
        Assert.Equal(1, listener.Last["cis.messages.dead_lettered{outcome=encrypted}"]);
        Assert.Equal(1, listener.Last["cis.messages.ignored"]);
        Assert.Equal((7, 1), (listener.Last["cis.queue.messages{state=waiting}"], listener.Last["cis.dead_letters"]));
        Assert.Equal(1, listener.Last["cis.service.up{service=index}"]);
        Assert.Equal(3, listener.Durations["cis.message"].Count);
        Assert.Equal(2, listener.Durations["cis.fetch"].Count);
        Assert.All(listener.Durations["cis.queue.wait"], seconds => Assert.InRange(seconds, 20, 21));
        Assert.Equal(Told(worker.Worker), listener.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_and_units_are_those_of_which_an_exporter_makes_the_names_of_Prometheus()
    {
        await using var worker = new WorkerHarness();
        worker.Start();

        Metric[] metrics = [.. MetricTable.Of(worker.Worker!.State)];

        Assert.Distinct(metrics.Select(metric => metric.Name));
        Assert.All(metrics, metric => Assert.Matches(@"^(cis|process)(\.[a-z]+(_[a-z]+)*)+$", metric.Name));
        Assert.All(metrics, metric => Assert.Matches(@"^(|s|By|\{[a-z]+\})$", metric.Unit));
        Assert.Equal("cis_queue_wait_seconds", Find("cis.queue.wait").PrometheusName);
        Assert.Equal("cis_engine_busy_seconds_total", Find("cis.engine.busy").PrometheusName);
        Assert.Equal("cis_scratch_used_bytes", Find("cis.scratch.used").PrometheusName);
        await worker.EndAsync();

        Metric Find(string name) => Assert.Single(metrics, metric => metric.Name == name);
    }

    [Fact]
    public async Task A_worker_that_has_ended_has_no_instruments()
    {
        Meter meter;
        using var listener = new MeterReader();
        await using (var worker = new WorkerHarness())
        {
            worker.Start();
            meter = worker.Worker!.Meter;
            await worker.EndAsync();
        }

        Assert.NotEmpty(listener.Ended);
        Assert.All(listener.Ended, instrument => Assert.Same(meter, instrument.Meter));
    }

    [Fact]
    public void Counting_takes_no_memory()
    {
        var metrics = new WorkerMetrics();
        using var meter = new Meter("cis.test");
        metrics.MessageTime.PassOnTo(meter.CreateHistogram<double>("cis.message"), [new("stage", "read")]);
        Count(metrics); // what is made once

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Count(metrics);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Count(WorkerMetrics metrics)
    {
        metrics.Received(1);
        metrics.QueueWait.Add(TimeSpan.FromSeconds(2));
        metrics.Taken();
        metrics.Begun();
        metrics.BulkSent(1);
        metrics.Deleted();
        metrics.FileEnded();
        metrics.Ended(Outcome.Ok, TimeSpan.FromSeconds(3));
    }

    // What is in the text, in the names of .NET: but for what only Prometheus has a use for.
    private static IEnumerable<string> Told(MessageWorker worker) =>
        MetricTable
            .Of(worker.State)
            .Where(metric => !metric.IsForPrometheusOnly)
            .Where(metric =>
                worker.DescribeMetrics().Contains($"# TYPE {metric.PrometheusName} ", StringComparison.Ordinal)
            )
            .Select(metric => metric.Name)
            .Order(StringComparer.Ordinal);

    /// <summary>Listens as an exporter does.</summary>
    private sealed class MeterReader : IDisposable
    {
        private readonly MeterListener _listener = new();

        /// <summary>Listens to the workers that are made from now on.</summary>
        internal MeterReader()
        {
            bool isNew = false;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (isNew && instrument.Meter.Name == "cis")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.MeasurementsCompleted = (instrument, _) => Ended.Enqueue(instrument);
            _listener.SetMeasurementEventCallback<double>(Take);
            _listener.Start();
            isNew = true;
        }

        internal ConcurrentDictionary<string, double> Last { get; } = new(StringComparer.Ordinal);

        internal ConcurrentDictionary<string, ConcurrentBag<double>> Durations { get; } = new(StringComparer.Ordinal);

        internal ConcurrentQueue<Instrument> Ended { get; } = new();

        internal IEnumerable<string> Names =>
            Last.Keys.Concat(Durations.Keys).Select(key => key.Split('{')[0]).Distinct(StringComparer.Ordinal);

        internal void Collect() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Take(
            Instrument instrument,
            double value,
            ReadOnlySpan<KeyValuePair<string, object?>> tags,
            object? state
        )
        {
            string labels = string.Join(
                ',',
                tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}"))
            );
            string name = labels.Length > 0 ? $"{instrument.Name}{{{labels}}}" : instrument.Name;
            if (instrument is Histogram<double>)
            {
                Durations.GetOrAdd(name, _ => []).Add(value);
            }
            else
            {
                Last[name] = value;
            }
        }
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Cis.Pages;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests;

/// <summary>docs/worker.md and docs/worker-faults.md say what is so.</summary>
public sealed class DocumentationTests
{
    private static readonly Dictionary<Disposition, string> Words = new()
    {
        [Disposition.Settle] = "done",
        [Disposition.Fail] = "dead letter",
        [Disposition.Retry] = "tried again",
        [Disposition.Return] = "returned to the queue",
    };

    private readonly string _page = File.ReadAllText(Path.Combine(Root(), "docs", "worker.md"));

    [Fact]
    public void Every_outcome_is_there_with_what_becomes_of_its_message() =>
        Assert.All(
            Enum.GetValues<Outcome>(),
            outcome =>
                Assert.Matches(
                    $@"(?m)^\| `{OutcomePolicy.NameOf(outcome)}` \| [^|]+ \| {Words[OutcomePolicy.DispositionOf(outcome)]} "
                        + $@"\| {OutcomePolicy.LevelOf(outcome).ToString().ToLowerInvariant()} \|$",
                    _page
                )
        );

    [Fact]
    public async Task Every_metric_is_there_and_no_other()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { CountsQueue = true });
        worker.Queue.OnCount = () => new QueueStatus(Waiting: 1, InFlight: 0, Dead: 0);
        worker.Start();
        await worker.UntilAsync(() =>
            worker.Worker!.DescribeMetrics().Contains("cis_queue_", StringComparison.Ordinal)
        );
        await worker.EndAsync();

        IEnumerable<string> served = Names(@"(?m)^# TYPE (\S+) ", worker.Worker!.DescribeMetrics());
        IEnumerable<string> told = Names(@"`((?:cis|process)_[a-z_]+)(?:\{[a-z]+\})?`", _page);

        Assert.Equal(served.Order(StringComparer.Ordinal), told.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_bucket_that_an_alert_asks_for_is_there()
    {
        string[] asked = [.. Names("le=\"([^\"]+)\"", File.ReadAllText(Path.Combine(Root(), "deploy", "alerts.yaml")))];

        Assert.NotEmpty(asked);
        Assert.All(
            asked,
            bound => Assert.Contains(double.Parse(bound, CultureInfo.InvariantCulture), DurationHistogram.Bounds)
        );
    }

    [Fact]
    public void Every_event_of_the_log_is_there()
    {
        IEnumerable<string> told = Names(@"(?m)^\| ((?:\d{3}(?:, )?)+) \|", _page).SelectMany(row => row.Split(", "));
        string[] sources = ["src/Cis.Worker/LogMessages.cs", "src/Cis/Commands/WorkerLog.cs"];
        IEnumerable<string> logged = sources.SelectMany(path =>
            Names(@"LoggerMessage\(\s*(?:EventId = )?(\d{3}),", File.ReadAllText(Path.Combine(Root(), path)))
        );

        Assert.Equal(logged.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_test_that_the_table_of_faults_names_is_there()
    {
        string table = File.ReadAllText(Path.Combine(Root(), "docs", "worker-faults.md"));
        string[] sources =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root(), "tests"), "*Tests.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText),
        ];

        string[] named = [.. Names(@"`([A-Za-z]+Tests\.[A-Z]\w+)`", table).Distinct(StringComparer.Ordinal)];

        Assert.NotEmpty(named);
        Assert.All(
            named.Select(name => name.Split('.')),
            name =>
                Assert.Contains(
                    sources,
                    source =>
                        source.Contains($" class {name[0]}", StringComparison.Ordinal)
                        && source.Contains($" {name[1]}(", StringComparison.Ordinal)
                )
        );
    }

    private static IEnumerable<string> Names(string pattern, string text) =>
        Regex.Matches(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value);

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cis.Aot.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("these tests run inside the repository only");
    }
}

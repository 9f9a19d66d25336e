using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Cis.Tests.Deploy;

/// <summary>Alerts and the dashboard ask for what the worker serves, and the runbook says of each alert what to do.</summary>
public sealed partial class MonitoringTests
{
    // Made by Prometheus itself for whatever it scrapes.
    private const string Scraped = "up";

    private static readonly YamlNode[] Alerts =
    [
        .. Yaml.Read("alerts.yaml").Need("groups").Items().SelectMany(group => group.Need("rules").Items()),
    ];

    [Fact]
    public void Every_alert_has_its_section_in_the_runbook_and_every_section_its_alert()
    {
        string[] sections =
        [
            .. Headings().Matches(Text("docs", "alerts.md")).Select(match => match.Groups["name"].Value),
        ];

        Assert.Equal(Alerts.Select(alert => alert.Need("alert").Text()), sections);
        Assert.All(
            Alerts,
            alert =>
                Assert.Equal(
                    $"docs/alerts.md#{alert.Need("alert").Text().ToLowerInvariant()}",
                    alert.Need("annotations", "runbook").Text()
                )
        );
    }

    [Fact]
    public void Every_metric_that_is_asked_for_is_one_of_the_workers()
    {
        // Of these, a test of the worker knows that they are what it serves.
        string[] served = [.. Served().Matches(Text("docs", "worker.md")).Select(match => match.Groups["name"].Value)];
        string[] asked =
        [
            .. Alerts.Select(alert => alert.Need("expr").Text()).Concat(Queries()).SelectMany(MetricsOf).Distinct(),
        ];

        Assert.InRange(asked.Length, 20, served.Length);
        Assert.Equal([], asked.Except(served));
    }

    [Fact]
    public void Every_panel_of_the_dashboard_says_what_it_shows()
    {
        using var dashboard = JsonDocument.Parse(Text("deploy", "grafana.json"));
        JsonElement[] panels = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()];

        Assert.Distinct(panels.Select(panel => panel.GetProperty("id").GetInt32()));
        Assert.Distinct(panels.Select(panel => panel.GetProperty("title").GetString()));
        Assert.All(
            panels.Where(panel => panel.GetProperty("type").GetString() != "row"),
            panel =>
            {
                Assert.NotEqual("", panel.GetProperty("description").GetString());
                Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
                JsonElement place = panel.GetProperty("gridPos");
                Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, 24);
            }
        );
    }

    [Fact]
    public void Promtool_takes_the_alerts_and_each_fires_when_it_should()
    {
        var promtool = DebianTool.Require("/usr/bin/promtool");

        (int exitCode, string output) = promtool.Run("check", "rules", Repository.PathOf("deploy", "alerts.yaml"));
        Assert.True(exitCode == 0, output);
        (exitCode, output) = promtool.Run("test", "rules", Repository.PathOf("deploy", "alerts.test.yaml"));
        Assert.True(exitCode == 0, output);

        string tried = Text("deploy", "alerts.test.yaml");
        Assert.All(
            Alerts.Select(alert => alert.Need("alert").Text()),
            name => Assert.Matches($@"alertname: {name}\n\s+exp_alerts:", tried)
        );
    }

    [Fact]
    public void Promtool_takes_every_query_of_the_dashboard()
    {
        var promtool = DebianTool.Require("/usr/bin/promtool");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("cis-queries-");
        try
        {
            // A query is checked as the expression of a rule; its variables are Grafana's to fill.
            IEnumerable<string> rules = Queries()
                .Select((query, i) => $"  - record: query:{i}\n    expr: {JsonSerializer.Serialize(Filled(query))}\n");
            string path = Path.Combine(folder.FullName, "queries.yaml");
            File.WriteAllText(path, "groups:\n- name: queries\n  rules:\n" + string.Concat(rules));

            (int exitCode, string output) = promtool.Run("check", "rules", path);

            Assert.True(exitCode == 0, output);
            Assert.Contains($"{Queries().Count} rules found", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(Text("deploy", "grafana.json"));
        JsonElement root = dashboard.RootElement;
        IEnumerable<JsonElement> targets = root.GetProperty("panels")
            .EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray());
        IEnumerable<JsonElement> marks = root.GetProperty("annotations").GetProperty("list").EnumerateArray();
        return [.. targets.Concat(marks).Select(query => query.GetProperty("expr").GetString()!)];
    }

    private static string Filled(string query) => query.Replace("$instance", ".*", StringComparison.Ordinal);

    // What a histogram is served as has its own endings.
    private static IEnumerable<string> MetricsOf(string query) =>
        Metric()
            .Matches(query)
            .Select(match => match.Value)
            .Where(name => name != Scraped)
            .Select(name => name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^"_bucket".Length] : name)
            .Select(name =>
                name.EndsWith("_seconds_count", StringComparison.Ordinal) ? name[..^"_count".Length] : name
            );

    private static string Text(params string[] path) => File.ReadAllText(Repository.PathOf(path));

    [GeneratedRegex(@"(?m)^## (?<name>\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Headings();

    [GeneratedRegex(
        @"`(?<name>(cis|process)_[a-z_]+)(\{[a-z]+\})?`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Served();

    [GeneratedRegex(@"\b(cis|process)_[a-z_]+|\bup\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();
}

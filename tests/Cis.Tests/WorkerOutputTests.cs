using System.Text;
using System.Text.Json;
using Cis.Commands;
using Cis.Configuration;
using Cis.Terminal;
using Cis.Worker.Monitoring;
using Microsoft.Extensions.Logging;

namespace Cis.Tests;

/// <summary>What the worker writes for programs: metrics on standard output, the log on standard error.</summary>
public sealed class WorkerOutputTests : IDisposable
{
    private readonly TestHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Metrics_for_CloudWatch_are_all_that_is_on_standard_output()
    {
        _host.AddPdf("inbox/a.pdf");

        ExitCode code = Run("--metrics-emf", "on", "--metrics-emf-namespace", "my/cis");

        Assert.True(code == ExitCode.Ok, _host.Error);
        string text = Encoding.UTF8.GetString(_host.Output.ToArray());
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        JsonElement[] lines =
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)),
        ];
        Assert.All(
            lines,
            line =>
                Assert.Equal(
                    "my/cis",
                    line.GetProperty("_aws").GetProperty("CloudWatchMetrics")[0].GetProperty("Namespace").GetString()
                )
        );
        Assert.Equal(1, lines.Sum(line => line.GetProperty("cis.messages.received").GetDouble()));
        Assert.All(_host.ErrorLines, line => Assert.True(JsonElement.Parse(line).TryGetProperty("event", out _)));
    }

    [Fact]
    public void By_default_there_is_nothing_on_standard_output()
    {
        _host.AddPdf("inbox/a.pdf");

        Assert.Equal(ExitCode.Ok, Run());

        Assert.Equal(0, _host.Output.Length);
    }

    [Theory]
    [InlineData("cis", true)]
    [InlineData("my/cis:files#1_a-b.c", true)]
    [InlineData("", false)]
    [InlineData("AWS/SQS", false)]
    [InlineData("a b", false)]
    [InlineData("日本", false)]
    public void A_namespace_is_one_that_CloudWatch_takes(string name, bool isOne) =>
        Assert.Equal(isOne, WorkerSettings.MetricsEmfNamespace.TryParse(name, out _));

    [Fact]
    public void Whoever_has_the_metrics_looked_at_has_the_queue_counted()
    {
        Assert.Null(Of("--none").Emf());
        Assert.False(Of("--none").Worker(null, "").CountsQueue);
        Assert.Equal(new EmfOptions("cis", TimeSpan.FromMinutes(1)), Of("--metrics-emf").Emf());
        Assert.True(Of("--metrics-emf").Worker(null, "").CountsQueue);

        static SettingValues Of(string name) =>
            SettingValues.Resolve(configPath: null, new Variables(_ => null, []), flag => flag == name ? "on" : null);
    }

    [Fact]
    public void Lines_in_JSON_carry_the_values_of_their_scope_and_text_does_not()
    {
        var lines = new List<string>();
        var json = new ConsoleLog(lines.Add, LogFormat.Json, LogLevel.Debug, TimeProvider.System);
        using (json.BeginScope(new KeyValuePair<string, object?>[] { new("TraceId", "5759e988") }))
        using (json.BeginScope(new KeyValuePair<string, object?>[] { new("Inner", 1) }))
        {
            WorkerLog.SettingsAreOdd(json, "in both");
        }

        WorkerLog.SettingsAreOdd(json, "after");
        var text = new ConsoleLog(lines.Add, LogFormat.Text, LogLevel.Debug, TimeProvider.System);
        using (text.BeginScope(new KeyValuePair<string, object?>[] { new("TraceId", "5759e988") }))
        {
            WorkerLog.SettingsAreOdd(text, "for a person");
        }

        var both = JsonElement.Parse(lines[0]);
        Assert.Equal("5759e988", both.GetProperty("trace_id").GetString());
        Assert.Equal(1, both.GetProperty("inner").GetInt32());
        Assert.False(JsonElement.Parse(lines[1]).TryGetProperty("trace_id", out _));
        Assert.DoesNotContain("5759e988", lines[2], StringComparison.Ordinal);
    }

    private ExitCode Run(params string[] more) =>
        _host.Run([
            "worker",
            "--local",
            _host.PathOf("inbox"),
            "--once",
            "--local-settle-seconds",
            "0",
            "--scratch-directory",
            _host.PathOf("scratch"),
            "--sandbox",
            "off",
            .. more,
        ]);
}

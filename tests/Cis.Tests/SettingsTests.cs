using System.Diagnostics;
using Cis.Configuration;
using Cis.Documents;
using Cis.Ocr.Kernels;

namespace Cis.Tests;

public sealed class SettingsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_flag_goes_over_a_variable_over_the_file_over_the_default()
    {
        using var config = new TemporaryFile("""{ "dpi": 100, "max-pages": 100, "detector-side": 736 }""");
        var variables = new Dictionary<string, string> { ["CIS_DPI"] = "150", ["CIS_MAX_PAGES"] = "150" };

        var values = SettingValues.Resolve(config.Path, Of(variables), flag => flag == "--dpi" ? "300" : null);

        Assert.Equal((300, "flag --dpi"), (values.Get(Settings.Dpi), values[Settings.Dpi].Origin));
        Assert.Equal(
            (150, "environment CIS_MAX_PAGES"),
            (values.Get(Settings.MaxPages), values[Settings.MaxPages].Origin)
        );
        Assert.Equal(
            (736, $"file {config.Path}"),
            (values.Get(Settings.DetectorSide), values[Settings.DetectorSide].Origin)
        );
        Assert.Equal("default", values[Settings.TextLayer].Origin);
    }

    [Fact]
    public void The_file_takes_every_kind_of_value()
    {
        using var config = new TemporaryFile(
            """
            {
                // comments and trailing commas are allowed
                "lang": ["en", "ja"], "format": "ndjson", "text-layer": "never", "orientation": false,
                "kernels": true, "min-confidence": 0.25, "page-seconds": 2.5, "file-seconds": 0, "max-bytes": "2GiB", "password": "pä$$",
            }
            """
        );

        SettingValues values = FromFile(config.Path);

        Assert.Equal(["en", "ja"], values.Get(Settings.Lang));
        Assert.Equal(TextLayerMode.Never, values.Get(Settings.TextLayer));
        Assert.False(values.Get(Settings.Orientation));
        Assert.Equal(KernelSet.Vnni, values.Get(Settings.Kernels));
        Assert.Equal(0.25f, values.Get(Settings.MinConfidence));
        Assert.Equal(TimeSpan.FromSeconds(2.5), values.Get(Settings.PageSeconds));
        Assert.Equal(Timeout.InfiniteTimeSpan, values.Pool().DocumentLimit);
        Assert.Equal(2L << 30, values.Get(Settings.MaxBytes));
        Assert.Equal("pä$$", values.Get(Settings.Password));
    }

    [Theory]
    [InlineData("""{ "dip": 300 }""", "\"dpi\"")]
    [InlineData("""{ "text_layer": "auto" }""", "\"text-layer\"")]
    [InlineData("""{ "page-second": 3 }""", "\"page-seconds\"")]
    public void An_unknown_key_is_refused_and_the_nearest_named(string json, string nearest)
    {
        using var config = new TemporaryFile(json);

        SettingException refused = Assert.Throws<SettingException>(() => FromFile(config.Path));

        Assert.EndsWith($"did you mean {nearest}?", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n \"dpi\": ", "line 2, byte 9 is not JSON. ")]
    [InlineData("nonsense", "line 1, byte 2 is not JSON. ")]
    [InlineData("{ \"dpi\": 1, \"dpi\": 2 }", "A duplicate key 'dpi' was found. ")]
    public void What_is_wrong_with_a_file_is_told_with_its_place(string json, string says)
    {
        using var config = new TemporaryFile(json);

        SettingException refused = Assert.Throws<SettingException>(() => FromFile(config.Path));

        Assert.StartsWith($"{config.Path}: {says}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tmp", "it is a folder")]
    [InlineData("/nowhere/cis.json", "there is no such file")]
    public void A_file_that_cannot_be_read_is_named_with_why(string path, string why)
    {
        SettingException refused = Assert.Throws<SettingException>(() => FromFile(path));

        Assert.Equal($"the configuration file {path} cannot be read: {why}", refused.Message);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "dpi": { "x": 1 } }""")]
    [InlineData("""{ "dpi": null }""")]
    [InlineData("""{ "dpi": 200, "dpi": 300 }""")]
    [InlineData("""{ "lang": "\ud800" }""")]
    [InlineData("""{ "\ud800": 1 }""")]
    public void A_file_that_is_no_object_of_values_is_refused(string json)
    {
        using var config = new TemporaryFile(json);

        SettingException refused = Assert.Throws<SettingException>(() => FromFile(config.Path));

        Assert.Contains(config.Path, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dpi", "35", "a whole number from 36 to 1200")]
    [InlineData("dpi", "1201", "a whole number from 36 to 1200")]
    [InlineData("dpi", "200.5", "a whole number from 36 to 1200")]
    [InlineData("format", "docx", "one of text, json, ndjson, hocr, alto, markdown, pdf")]
    [InlineData("min-confidence", "1.01", "a number from 0 to 1")]
    [InlineData("min-confidence", "NaN", "a number from 0 to 1")]
    [InlineData("orientation", "maybe", "on or off")]
    [InlineData("kernels", "sse2", "one of on, avx512, avxvnni, avx2, off")]
    [InlineData(
        "page-seconds",
        "-1",
        "seconds, or a number with a unit such as 500ms, 90s, 5min or 2h; 0 for no limit"
    )]
    [InlineData("page-seconds", "-Infinity", "seconds, or a number with a unit such as")]
    [InlineData("page-seconds", "NaN", "seconds, or a number with a unit such as")]
    [InlineData("page-seconds", "25h", "seconds, or a number with a unit such as")]
    [InlineData("bulk-seconds", "61", "seconds, or a number with a unit such as 500ms, 90s, 5min or 2h, from 0 to 60")]
    [InlineData("wait-seconds", "1.5", "whole seconds, or with a unit such as 30s or 5min, from 0 to 20")]
    [InlineData("wait-seconds", "21s", "whole seconds, or with a unit such as 30s or 5min, from 0 to 20")]
    [InlineData("visibility-seconds", "9s", "whole seconds, or with a unit such as 30s or 5min, from 10 to 43200")]
    [InlineData("max-bytes", "0", "a number of bytes")]
    [InlineData("max-bytes", "99999999999GB", "a number of bytes")]
    [InlineData("lang", ",", "language codes")]
    public void A_value_out_of_range_is_refused_with_the_range_and_where_it_came_from(
        string name,
        string text,
        string range
    )
    {
        string variable = "CIS_" + name.Replace('-', '_').ToUpperInvariant();

        SettingException refused = Assert.Throws<SettingException>(() =>
            SettingValues.Resolve(configPath: null, Of(new() { [variable] = text }), _ => null)
        );

        Assert.StartsWith($"{name} takes {range}", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"not \"{text}\" (environment {variable})", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90", 90_000)]
    [InlineData("1.5", 1_500)]
    [InlineData(".5", 500)]
    [InlineData("500ms", 500)]
    [InlineData("0.5ms", 0.5)]
    [InlineData("90s", 90_000)]
    [InlineData("90 S", 90_000)]
    [InlineData("1.5min", 90_000)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("0.5d", 43_200_000)]
    public void A_duration_takes_fractions_and_units(string text, double milliseconds)
    {
        var variables = new Dictionary<string, string> { ["CIS_PAGE_SECONDS"] = text };

        var values = SettingValues.Resolve(configPath: null, Of(variables), _ => null);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), values.Get(Settings.PageSeconds));
    }

    [Fact]
    public void A_bulk_may_wait_for_two_seconds()
    {
        using var host = new TestHost();
        host.Variables["CIS_BULK_SECONDS"] = "2";

        Assert.Equal(ExitCode.Ok, host.Run("config", "show", "--visibility-seconds", "5min"));

        Assert.Matches(@"(?m)^bulk-seconds +?= 2 +\(environment CIS_BULK_SECONDS\)$", host.Out);
        Assert.Matches(@"(?m)^visibility-seconds +?= 5min +\(flag --visibility-seconds\)$", host.Out);
    }

    [Fact]
    public void A_variable_that_is_no_setting_is_named_and_the_nearest_one_with_it()
    {
        using var host = new TestHost();
        host.Variables["CIS_DPPI"] = "300";
        host.Variables["CIS_LEVEL_OF_HARDENING"] = "2";
        host.Variables["CIS_LOCAL"] = "inbox";
        host.Variables["PATH"] = "/bin";

        Assert.Equal(ExitCode.Ok, host.Run("config", "show"));

        Assert.Equal(
            [
                "cis: warning: the variable CIS_DPPI is not a setting and is ignored; did you mean CIS_DPI?",
                "cis: warning: the variable CIS_LEVEL_OF_HARDENING is not a setting and is ignored",
            ],
            host.ErrorLines
        );
    }

    [Theory]
    [InlineData("flag")]
    [InlineData("variable")]
    [InlineData("file")]
    public void A_setting_s_old_name_sets_it_with_a_warning(string how)
    {
        using var host = new TestHost();
        File.WriteAllText(host.PathOf("cis.json"), """{ "index-patience-seconds": 7 }""");
        string[] arguments = how switch
        {
            "flag" => ["--index-patience-seconds", "7"],
            "file" => ["--config", host.PathOf("cis.json")],
            _ => [],
        };
        if (how == "variable")
        {
            host.Variables["CIS_INDEX_PATIENCE_SECONDS"] = "7";
        }

        Assert.Equal(ExitCode.Ok, host.Run(["config", "show", .. arguments]));

        Assert.Matches(@"(?m)^index-timeout-seconds += 7 ", host.Out);
        Assert.Contains(
            "is an old name of index-timeout-seconds",
            Assert.Single(host.ErrorLines),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_old_name_of_a_switch_sets_it_with_a_warning()
    {
        using var host = new TestHost();
        host.Variables["CIS_INSTANCE_NOTICES"] = "off";

        Assert.Equal(ExitCode.Ok, host.Run(["config", "show"]));

        Assert.Matches(@"(?m)^drain-on-interruption += off ", host.Out);
        Assert.Contains(
            "is an old name of drain-on-interruption",
            Assert.Single(host.ErrorLines),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_file_may_come_through_a_pipe()
    {
        using var host = new TestHost();
        string pipe = host.PathOf("pipe");
        using var mkfifo = Process.Start("mkfifo", pipe);
        await mkfifo.WaitForExitAsync(Stop);

        // To open a pipe waits for its other end.
        var writing = Task.Run(() => File.WriteAllTextAsync(pipe, """{ "dpi": 300 }""", Stop), Stop);
        SettingValues values = FromFile(pipe);
        await writing;

        Assert.Equal(300, values.Get(Settings.Dpi));
    }

    [Fact]
    public void Of_a_device_that_never_ends_no_more_is_read_than_a_file_may_have() =>
        Assert.Contains(
            "at most 1048576 bytes",
            Assert.Throws<SettingException>(() => FromFile("/dev/zero")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Every_default_is_a_value_that_the_setting_takes() =>
        Assert.All(
            Settings.All.Where(setting => setting.DefaultText.Length > 0 && setting != Settings.Engines),
            setting =>
            {
                Assert.True(setting.TryParse(setting.DefaultText, out object? value), setting.Name);
                Assert.Equal(setting.Default, value);
            }
        );

    [Fact]
    public void The_documentation_has_the_table_of_settings() =>
        Repository.AssertMatches(
            "# Settings\n\nEach can be given as a flag, as a variable, or as a key of a JSON file that `--config` or `CIS_CONFIG` names; the flag\n"
                + "takes precedence over the variable, the variable over the file. `cis config show` prints each value and its source.\n"
                + "Made from `src/Cis/Configuration/Settings.cs` (`cis config reference`).\n\n"
                + SettingTable.Markdown(),
            "docs",
            "settings.md"
        );

    [Fact]
    public void Show_prints_each_value_with_its_origin_but_no_password()
    {
        using var host = new TestHost();
        host.Variables["CIS_PASSWORD"] = "hush";

        Assert.Equal(ExitCode.Ok, host.Run("config", "show", "--dpi", "300"));

        Assert.Matches(@"(?m)^dpi +?= 300 +\(flag --dpi\)$", host.Out);
        Assert.Matches(@"(?m)^password +?= \(set, not shown\) +\(environment CIS_PASSWORD\)$", host.Out);
        Assert.Matches(@"(?m)^text-layer +?= auto +\(default\)$", host.Out);
        Assert.DoesNotContain("hush", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_prints_no_password_of_a_url()
    {
        using var host = new TestHost();

        host.Run("config", "show", "--opensearch-endpoint", "https://indexer:hush@search.example.com:9200");

        Assert.Matches(@"(?m)^opensearch-endpoint +?= …@search.example.com:9200 +\(flag ", host.Out);
        Assert.DoesNotContain("hush", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_worker_s_variables_are_understood_and_their_secrets_kept()
    {
        using var host = new TestHost();
        host.Variables["SQS_QUEUE_URL"] = "https://sqs.ap-northeast-1.amazonaws.com/1/cis";
        host.Variables["S3_BUCKET"] = "my-files";
        host.Variables["OPENSEARCH_ENDPOINT"] = "search.example.com";
        host.Variables["CIS_OPENSEARCH_USER"] = "indexer";
        host.Variables["CIS_OPENSEARCH_PASSWORD"] = "hush";

        Assert.Equal(ExitCode.Ok, host.Run("config", "show"));

        Assert.Matches(@"(?m)^queue-url +?= https://sqs.*/1/cis +\(environment SQS_QUEUE_URL\)$", host.Out);
        Assert.Matches(@"(?m)^s3-bucket +?= my-files +\(environment S3_BUCKET\)$", host.Out);
        Assert.Matches(
            @"(?m)^opensearch-endpoint +?= search.example.com +\(environment OPENSEARCH_ENDPOINT\)$",
            host.Out
        );
        Assert.Matches(@"(?m)^region +?= ap-northeast-1 +\(default\)$", host.Out);
        Assert.Matches(@"(?m)^opensearch-index +?= cis-files +\(default\)$", host.Out);
        Assert.Matches(@"(?m)^opensearch-password +?= \(set, not shown\)", host.Out);
        Assert.DoesNotContain("hush", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Cis_s_own_variable_goes_over_the_old_worker_s()
    {
        var variables = new Dictionary<string, string> { ["S3_BUCKET"] = "old", ["CIS_S3_BUCKET"] = "new" };

        var values = SettingValues.Resolve(configPath: null, Of(variables), _ => null);

        Assert.Equal("new", values.Get(WorkerSettings.Bucket));
    }

    private static SettingValues FromFile(string path) => SettingValues.Resolve(path, Of([]), _ => null);

    private static Variables Of(Dictionary<string, string> variables) =>
        new(variables.GetValueOrDefault, variables.Keys);

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string content)
        {
            Path = System.IO.Path.GetTempFileName();
            File.WriteAllText(Path, content);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}

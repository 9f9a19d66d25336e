using System.Text.Json;
using Cis.Doctor;

namespace Cis.Tests.Doctor;

public class DoctorCommandTests
{
    [Fact]
    public void What_fails_is_named_and_the_exit_code_is_1()
    {
        using var host = new TestHost();

        // Engines here read the files' names: the sample's words are missing.
        ExitCode code = host.Run("doctor", "--offline", "--scratch-directory", "/dev/shm");

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Contains("fail  sample", host.Out, StringComparison.Ordinal);
        Assert.Contains("lighthouse", host.Out, StringComparison.Ordinal);
        Assert.Contains("-> try --kernels off", host.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("queue", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_settings_each_service_says_which_one_it_needs_and_each_line_is_documented()
    {
        using var host = new TestHost();
        host.Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        host.Variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";

        host.Run("doctor", "--json");

        using var json = JsonDocument.Parse(host.Out);
        var checks = json
            .RootElement.GetProperty("checks")
            .EnumerateArray()
            .ToDictionary(check => check.GetProperty("check").GetString()!, StringComparer.Ordinal);
        Assert.Equal("fail", json.RootElement.GetProperty("status").GetString());
        Assert.Contains("queue-url is not set", Found(checks["queue"]), StringComparison.Ordinal);
        Assert.Contains("opensearch-endpoint is not set", Found(checks["index"]), StringComparison.Ordinal);
        Assert.Equal("fail", checks["clock"].GetProperty("status").GetString());
        Assert.Contains("turned off", Found(checks["metadata"]), StringComparison.Ordinal);
        string guide = File.ReadAllText(Repository.PathOf("docs", "worker.md"));
        Assert.All(checks.Keys, name => Assert.Contains($"\n| `{name}` |", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_that_throws_has_failed_and_the_others_go_on()
    {
        var findings = new List<Finding>();

        CheckStatus worst = await Examination.RunAsync(
            [
                new Check("first", () => throw new IOException("no such device")),
                new Check("second", () => new Finding("second", CheckStatus.Pass, "well")),
            ],
            findings.Add,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(CheckStatus.Fail, worst);
        Assert.Equal(
            [new Finding("first", CheckStatus.Fail, "no such device"), new Finding("second", CheckStatus.Pass, "well")],
            findings
        );
    }

    [Fact]
    public void A_finding_is_one_line_whatever_is_in_it() =>
        Assert.Equal(
            "fail  queue        a?b\n                   -> mend it\n",
            FindingsText.Line(new Finding("queue", CheckStatus.Fail, "a\nb", "mend it"), inColor: false)
        );

    private static string Found(JsonElement check) => check.GetProperty("found").GetString()!;
}

using System.Globalization;
using Cis.Configuration;
using Cis.Tests.Deploy;

namespace Cis.Tests.Service;

/// <summary>The unit that <c>cis service --print</c> prints. tests/Cis.EndToEnd/Image runs it.</summary>
public sealed class ServiceUnitTests
{
    private static readonly string UnitFile = Repository.PathOf("src", "Cis", "Service", "cis-worker.service");

    [Fact]
    public void It_is_printed_as_it_stands_in_the_source()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run("service", "--print"));

        Assert.Equal(File.ReadAllText(UnitFile), host.Out);
    }

    [Fact]
    public void Without_print_it_says_what_is_missing()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Usage, host.Run("service"));

        Assert.Contains("--print", host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_restart_does_not_mend_is_not_restarted() =>
        Assert.Equal(
            new[] { ExitCode.Usage, ExitCode.AccessDenied, ExitCode.PayloadDamaged }.Select(code => $"{(int)code}"),
            ValueOf("RestartPreventExitStatus").Split(' ')
        );

    [Fact]
    public void Its_end_leaves_time_for_the_drain()
    {
        var drain = (TimeSpan)WorkerSettings.DrainSeconds.Default!;

        Assert.True(
            int.Parse(ValueOf("TimeoutStopSec"), CultureInfo.InvariantCulture) >= drain.TotalSeconds + 10,
            $"{drain}"
        );
    }

    [Fact]
    public void Systemd_calls_its_exposure_less_than_2()
    {
        var analyze = DebianTool.Require("/usr/bin/systemd-analyze");

        (int exitCode, string output) = analyze.Run(
            "security",
            "--offline=true",
            "--threshold=19",
            "--no-pager",
            UnitFile
        );

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("ignoring", output, StringComparison.OrdinalIgnoreCase);
    }

    private static string ValueOf(string name) =>
        File.ReadLines(UnitFile).Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[
            (name.Length + 1)..
        ];
}

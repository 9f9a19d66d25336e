using System.Text.Json;
using Cis.Bench;

namespace Cis.Tests.Bench;

public class BenchCommandTests
{
    [Fact]
    public void Each_subject_reads_all_files_in_each_round()
    {
        using var host = new TestHost();
        string first = host.AddPdf("partial.pdf"); // three pages
        string second = host.AddPdf("it's.pdf"); // one, and a quote for the shell
        string log = host.PathOf("log");

        ExitCode code = host.Run(
            "bench",
            first,
            second,
            "--engines",
            "1,2",
            "--rounds",
            "3",
            "--json",
            "--command",
            $"cat {{file}} >> '{log}'"
        );

        Assert.Equal((ExitCode.Ok, ""), (code, code == ExitCode.Ok ? "" : host.Error));
        BenchResult result = JsonSerializer.Deserialize(host.Out, BenchJson.Default.BenchResult)!;
        Assert.Equal(
            ["cis, 1 engine", "cis, 2 engines", $"cat {{file}} >> '{log}'"],
            result.Subjects.Select(s => s.Name)
        );
        Assert.All(result.Subjects, subject => Assert.Equal((4, 3), (subject.Pages, subject.Rounds.Count)));
        Assert.All(result.Subjects.SelectMany(s => s.Rounds), round => Assert.Equal(0, round.Failed));
        Assert.Equal(6, File.ReadAllText(log).Split("%PDF").Length - 1);
        Assert.Contains(result.Subjects[0].Stages, stage => stage.Name == "detect" && stage.Median > 5);
    }

    [Fact]
    public void Another_program_s_CPU_time_and_failures_are_its_own()
    {
        using var host = new TestHost();
        string file = host.AddPdf("ok.pdf");

        ExitCode code = host.Run(
            "bench",
            file,
            "--engines",
            "1",
            "--rounds",
            "1",
            "--json",
            "--command",
            "head -c 300000000 /dev/zero | sha256sum; test ! -e {file}"
        );

        Assert.Equal(ExitCode.SomeFailed, code);
        BenchRound round = JsonSerializer.Deserialize(host.Out, BenchJson.Default.BenchResult)!.Subjects[1].Rounds[0];
        Assert.Equal(1, round.Failed);
        Assert.True(round.CpuSeconds > 0.02, $"{round.CpuSeconds} s");
    }

    [Fact]
    public void A_run_is_compared_with_an_earlier_one()
    {
        using var host = new TestHost();
        string file = host.AddPdf("ok.pdf");
        host.Run("bench", file, "--engines", "1", "--rounds", "2", "--json");
        string old = host.PathOf("old.json");
        File.WriteAllText(old, host.Out);

        ExitCode code = host.Run(
            "bench",
            file,
            "--engines",
            "1",
            "--rounds",
            "2",
            "--compare",
            old,
            "--svg",
            host.PathOf("chart.svg")
        );

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("wall, old / new", host.Out, StringComparison.Ordinal);
        Assert.Contains("noise", host.Out, StringComparison.Ordinal);
        Assert.StartsWith("<svg", host.Read("chart.svg"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has no {file}", "FILE", "--command", "tesseract")]
    [InlineData("name some", "--command", "cat {file}")]
    [InlineData("--engines takes", "--engines", "0")]
    [InlineData("1,2,4, not \"5-\"", "--engines", "5-")]
    [InlineData("--rounds takes", "--rounds", "0")]
    [InlineData("is not a result of cis bench --json, see line 1\n", "--compare", "/etc/hostname")]
    [InlineData("no-such-file.pdf", "no-such-file.pdf")]
    public void What_cannot_be_measured_is_refused_before_anything_is_read(string says, params string[] arguments)
    {
        using var host = new TestHost();
        string file = host.AddPdf("ok.pdf");

        ExitCode code = host.Run(["bench", .. arguments.Select(one => one == "FILE" ? file : one)]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(says, host.Error, StringComparison.Ordinal);
        Assert.False(host.HasOpenedEngines);
    }
}

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

    [Theory]
    [InlineData("false {file}", "exit code 1, nothing on standard error")]
    [InlineData(
        "echo early >&2; seq 1 9999 >&2; echo cannot open {file} >&2; exit 3",
        "exit code 3: 9999 / cannot open "
    )]
    [InlineData("no-such-program {file}", "exit code 127: ", "not found")]
    [InlineData("sleep 30 2>&1 & echo left it running >&2; exit 4", "exit code 4: left it running", "", " #{file}")]
    public void A_program_that_fails_is_quoted(string command, string says, string also = "", string more = "")
    {
        using var host = new TestHost();
        string file = host.AddPdf("ok.pdf");
        string whole = command + more;

        ExitCode code = host.Run("bench", file, "--engines", "1", "--rounds", "1", "--command", whole);

        Assert.Equal(ExitCode.SomeFailed, code);
        string line = host.Out.Split('\n').Single(one => one.StartsWith("failed: ", StringComparison.Ordinal));
        Assert.StartsWith($"failed: {whole}: {file}: {says}", line, StringComparison.Ordinal);
        Assert.Contains(also, line, StringComparison.Ordinal);
        Assert.DoesNotContain("early", line.Replace(whole, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cis_does_not_read_is_named_with_the_reason()
    {
        using var host = new TestHost();
        string file = host.AddPdf("encrypted.pdf");

        ExitCode code = host.Run("bench", file, "--engines", "1", "--rounds", "1");

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Contains($"failed: cis, 1 engine: {file}: it is encrypted\n", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_is_in_the_JSON_too_which_is_compared_with_in_turn()
    {
        using var host = new TestHost();
        string[] arguments = ["bench", host.AddPdf("ok.pdf"), "--engines", "1", "--rounds", "1", "--json"];
        host.Run(arguments);
        string old = host.PathOf("old.json");
        File.WriteAllText(old, host.Out);

        host.Run([.. arguments, "--compare", old]);
        string json = host.Out[File.ReadAllText(old).Length..];
        File.WriteAllText(old, json);
        ExitCode again = host.Run([.. arguments, "--compare", old]);

        BenchRatio ratio = Assert.Single(JsonSerializer.Deserialize(json, BenchJson.Default.BenchResult)!.Comparison!);
        Assert.Equal("cis, 1 engine", ratio.Name);
        Assert.True(ratio.Wall.Median > 0);
        Assert.Equal(ExitCode.Ok, again);
    }

    [Fact]
    public void A_run_is_compared_with_an_earlier_one()
    {
        using var host = new TestHost();
        string file = host.AddPdf("ok.pdf");
        host.Run("bench", file, "--engines", "1", "--rounds", "3", "--json");
        string old = host.PathOf("old.json");
        File.WriteAllText(old, host.Out);

        ExitCode code = host.Run(
            "bench",
            file,
            "--engines",
            "1",
            "--rounds",
            "3",
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

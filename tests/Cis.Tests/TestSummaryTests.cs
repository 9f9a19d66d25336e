using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cis.Tests;

/// <summary>tests/summary.py, by which ./build.sh test ends.</summary>
public sealed partial class TestSummaryTests : IDisposable
{
    private const string Listed = "Cis.Ocr.Tests.Orientation.VerticalMarkTests.The_marks_of_vertical_japanese_are_read";
    private const string NoV6 = "There are no compiled v6 models in artifacts/models: run ./build.sh build first.";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-summary-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Tests_that_may_be_left_out_are_counted_with_their_reason()
    {
        Write("One", Test("A.B.C", "Pass"), Test(Listed, "Skip", NoV6));

        (int exitCode, string[]? lines) = Summarize();

        Assert.Equal(0, exitCode);
        Assert.Equal([$"left out: 1 tests: {NoV6}", "1 passed, 0 failed, 1 skipped"], lines);
    }

    [Theory]
    [InlineData("Cis.Ocr.Tests.OcrEngineTests.A_page_without_text_is_read_as_empty", NoV6)]
    [InlineData(Listed, "It takes too long.")]
    public void One_that_may_not_be_or_not_for_its_reason_has_failed(string name, string reason)
    {
        Write("One", Test("A.B.C", "Pass"), Test(name, "Skip", reason));

        (int exitCode, string[]? lines) = Summarize();

        Assert.Equal(1, exitCode);
        Assert.Contains(name, lines[0], StringComparison.Ordinal);
        Assert.Equal("1 passed, 1 failed, 0 skipped", lines[^1]);
    }

    [Fact]
    public void A_project_without_results_has_failed()
    {
        Write("One", Test("A.B.C", "Pass"), Test("A.B.D", "Fail"));
        File.WriteAllText(Path.Combine(_folder.FullName, "Two.log"), "");

        (int exitCode, string[]? lines) = Summarize();

        Assert.Equal((1, "1 passed, 2 failed, 0 skipped"), (exitCode, lines[^1]));
    }

    [Fact]
    public void Every_class_of_tests_that_needs_a_real_server_may_be_left_out_where_there_is_none()
    {
        string[] classes = [.. ClassesWithRealServers()];
        Assert.NotEmpty(classes);
        string reason = "no real s3 server on this machine (shared/servers/s3 beside the repository)";
        Write("One", [Test("A.B.C", "Pass"), .. classes.Select(name => Test($"{name}.It_does(a: 1)", "Skip", reason))]);

        (int exitCode, string[]? lines) = Summarize();

        Assert.True(exitCode == 0, string.Join('\n', lines));
    }

    // Those that are given one by xunit: class SomeTests(RealStack stack).
    private static IEnumerable<string> ClassesWithRealServers()
    {
        foreach (
            string file in Directory.EnumerateFiles(
                Repository.PathOf("tests"),
                "*Tests.cs",
                SearchOption.AllDirectories
            )
        )
        {
            string text = File.ReadAllText(file);
            string space = Namespace().Match(text).Groups["name"].Value;
            foreach (Match match in ClassWithServer().Matches(text))
            {
                yield return $"{space}.{match.Groups["name"].Value}";
            }
        }
    }

    [GeneratedRegex(
        @"^public sealed class (?<name>\w+)\((RealStack|RealOpenSearch|ElasticMqServer|VersityServer) ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex ClassWithServer();

    [GeneratedRegex(
        @"^namespace (?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Namespace();

    private static string Test(string name, string result, string reason = "") =>
        $"<test name=\"{name}\" result=\"{result}\"><reason><![CDATA[{reason}]]></reason></test>";

    private void Write(string project, params string[] tests)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, $"{project}.log"), "");
        File.WriteAllText(
            Path.Combine(_folder.FullName, $"{project}.xml"),
            $"<assemblies><assembly errors=\"0\"><collection>{string.Concat(tests)}</collection></assembly></assemblies>"
        );
    }

    private (int ExitCode, string[] Lines) Summarize()
    {
        var start = new ProcessStartInfo("python3", [Repository.PathOf("tests", "summary.py"), _folder.FullName])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.TrimEnd('\n').Split('\n'));
    }
}

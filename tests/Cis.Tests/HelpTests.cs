namespace Cis.Tests;

/// <summary>Help says each thing once, on every level of commands.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("ocr")]
    [InlineData("worker")]
    [InlineData("search")]
    [InlineData("bench")]
    [InlineData("doctor")]
    [InlineData("enqueue")]
    [InlineData("dlq")]
    [InlineData("dlq", "peek")]
    [InlineData("dlq", "redrive")]
    [InlineData("index", "init")]
    public void Help_lists_each_option_and_each_default_once(params string[] command)
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run([.. command, "--help"]));

        string[] options = [.. host.Out.Split('\n').Where(line => line.StartsWith("  -", StringComparison.Ordinal))];
        Assert.Contains(options, option => option.Contains("--help", StringComparison.Ordinal));
        Assert.Distinct(options.Select(option => option.TrimStart().Split(' ')[0]));
        Assert.All(options, option => Assert.InRange(option.Split("[default: ").Length, 1, 2));
        Assert.Contains("Examples:", host.Out, StringComparison.Ordinal);
    }
}

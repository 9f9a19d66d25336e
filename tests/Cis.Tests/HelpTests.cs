using System.CommandLine;
using Cis.Commands.Help;
using Cis.Commands.Tree;
using Cis.Configuration;

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
    [InlineData("index", "reindex")]
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

    [Fact]
    public void Options_stand_under_headings_in_one_order()
    {
        using var host = new TestHost();

        host.Run("ocr", "--help");

        string[] headings = [.. host.Out.Split('\n').Where(line => line.EndsWith(':') && !line.StartsWith(' '))];
        Assert.Equal(
            [
                "Description:",
                "Usage:",
                "Arguments:",
                "Input:",
                "Reading:",
                "Output:",
                "Limits:",
                "Machine:",
                "Log and progress:",
                "Help:",
                "Examples:",
            ],
            headings
        );
        Assert.Contains("  cis ocr [<PATH>...] [options]\n", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_setting_has_a_heading() =>
        Assert.All(Settings.All, setting => Assert.NotEqual(OptionSection.Options, OptionSections.Of(setting)));

    [Fact]
    public void Lines_are_as_wide_as_the_terminal_at_most()
    {
        var command = new Command("x", string.Join(' ', Enumerable.Repeat("word", 50)))
        {
            new Option<string>("--long-name-of-an-option-with-a-line") { Description = "a b c" },
            new Option<bool>("--short", "-s") { Description = string.Join(' ', Enumerable.Repeat("word", 50)) },
        };

        string text = HelpText.Build(command, width: 60);

        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 59));
        Assert.Contains("-s, --short", text, StringComparison.Ordinal);
    }
}

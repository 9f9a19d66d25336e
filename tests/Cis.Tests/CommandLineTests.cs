namespace Cis.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("there is no command wroker: did you mean worker?", "See cis --help.", "wroker")]
    [InlineData("there is no command pek: did you mean peek?", "See cis dlq --help.", "dlq", "pek")]
    [InlineData(
        "there is no option --limt: did you mean --limit?",
        "See cis dlq peek --help.",
        "dlq",
        "peek",
        "--limt",
        "3"
    )]
    [InlineData("there is no option --kernel: did you mean --kernels?", "", "ocr", "--kernel", "off", "a.pdf")]
    [InlineData("there is no option --round: did you mean --rounds?", "", "bench", "--round", "3")]
    [InlineData("there is no option --nothing-like-it\n", "See cis version --help.", "version", "--nothing-like-it")]
    [InlineData("there is no command orc: did you mean ocr?", "See cis --help.", "orc")]
    [InlineData(
        "there is no command tcsh; cis completion has bash, zsh, fish, man\n",
        "See cis completion --help.",
        "completion",
        "tcsh"
    )]
    [InlineData("there is no command wroker: did you mean worker?", "See cis --help.", "help", "wroker")]
    [InlineData("there is no command pek: did you mean peek?", "See cis dlq --help.", "dlq", "pek", "--help")]
    [InlineData("--dpi goes after the command: cis ocr --dpi\n", "See cis ocr --help.", "--dpi", "300", "ocr", "a.pdf")]
    [InlineData("-v goes after the command: cis ocr -v\n", "See cis ocr --help.", "-v", "ocr", "a.pdf")]
    [InlineData("there is no option --nothing (a file of that name is written ./--nothing)\n", "", "ocr", "--nothing")]
    [InlineData("the name of a file is empty\n", "", "ocr", "")]
    [InlineData("the name of the output is empty\n", "", "ocr", "a.pdf", "-o", "")]
    [InlineData("cis dlq needs a command: status, peek, redrive, purge", "See cis dlq --help.", "dlq")]
    public void A_misspelt_word_names_the_one_that_was_meant(string says, string see, params string[] arguments)
    {
        using var host = new TestHost();

        ExitCode code = host.Run(arguments);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(says, host.Error, StringComparison.Ordinal);
        Assert.Contains(see, host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cis: WORDS is missing (what a page must have", "search")]
    [InlineData("cis: DIR is missing (the folder", "bake")]
    [InlineData("cis: --limit takes a whole number, not \"x\"\n", "dlq", "peek", "--limit", "x")]
    [InlineData("cis: --limit needs a value\n", "dlq", "peek", "--limit")]
    [InlineData("cis: -n takes a whole number, not \"1e3\"\n", "search", "word", "-n", "1e3")]
    [InlineData("cis: --limit is given more than once\n", "dlq", "peek", "--limit", "1", "--limit", "2")]
    public void What_the_parser_refuses_is_told_in_words_of_this_program(string says, params string[] arguments)
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Usage, host.Run(arguments));
        Assert.StartsWith(says, host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cis ocr --help", "help", "ocr")]
    [InlineData("peek", "help", "dlq", "peek")]
    [InlineData("every wanted page", "help", "exit-codes")]
    public void Help_takes_a_command(string says, params string[] arguments)
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run(arguments));
        Assert.Contains(says.Replace(" --help", "", StringComparison.Ordinal), host.Out, StringComparison.Ordinal);
    }
}

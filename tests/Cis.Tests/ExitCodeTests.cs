using Cis.Pages;

namespace Cis.Tests;

public sealed class ExitCodeTests
{
    [Fact]
    public void Every_code_is_in_the_table_once_and_in_order() =>
        Assert.Equal(Enum.GetValues<ExitCode>(), ExitCodes.Table.Select(row => row.Code));

    [Fact]
    public void Every_outcome_but_success_leads_to_a_code_of_its_own()
    {
        ExitCode[] codes = [.. Enum.GetValues<Outcome>().Select(ExitCodes.Of)];

        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.Equal([ExitCode.Ok], codes.Where(code => code == ExitCode.Ok));
    }

    [Fact]
    public void The_documentation_has_the_table() =>
        Repository.AssertMatches(
            "# Exit codes\n\nAs `cis help exit-codes` prints them. For a single file the code says how it ended; for several, the code\n"
                + "is 1 if any of them was not read in full. Made from `src/Cis/ExitCode.cs`.\n\n"
                + ExitCodes.Markdown(),
            "docs",
            "exit-codes.md"
        );

    [Fact]
    public void Help_prints_the_table()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run("help", "exit-codes"));

        Assert.Contains("  130  stopped by Ctrl-C", host.Out, StringComparison.Ordinal);
    }
}

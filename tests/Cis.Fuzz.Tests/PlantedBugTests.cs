namespace Cis.Fuzz.Tests;

/// <summary>That nothing is found means something only where a bug is.</summary>
public sealed class PlantedBugTests
{
    // Some 10 s on an idle machine; the same inputs in each run.
    private static readonly string[] s_planted = ["--target", "planted", "--runs", "200000", "--seed", "1", "--stored"];

    [Fact]
    public void A_bug_behind_six_conditions_is_found()
    {
        var program = new FuzzProgram();

        Assert.Equal(1, program.Run(s_planted));

        Assert.Contains("the planted bug", Assert.Single(FuzzProgram.FindingsOf("planted")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_coverage_it_is_not()
    {
        var program = new FuzzProgram();

        Assert.Equal(0, program.Run([.. s_planted, "--blind"]));

        Assert.Empty(FuzzProgram.FindingsOf("planted"));
    }
}

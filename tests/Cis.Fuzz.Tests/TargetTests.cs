using Cis.Fuzz.Targets;
using Cis.Fuzz.Watching;

namespace Cis.Fuzz.Tests;

/// <summary>A minute of fuzzing in all, from the stored corpora: each target holds, and reaches what it did.</summary>
public sealed class TargetTests(ITestOutputHelper output)
{
    public static TheoryData<string> Targets => [.. TargetList.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_target_holds_for_some_seconds(string target) =>
        AssertHolds("--target", target, "--seconds", "5", "--seed", "1", "--stored");

    [Fact]
    public void Documents_changed_in_their_structure_end_in_an_outcome_each() =>
        AssertHolds("--target", "documents", "--runs", "32", "--seed", "1");

    [Fact]
    public void A_target_that_returns_early_is_told()
    {
        var early = new TargetResult("x") { LeastEdges = 100, FirstEdges = 99 };

        Assert.False(early.ReachesFloor);
        Assert.Contains("RETURNS EARLY", Report.RowOf(early), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_target_says_how_many_edges_its_corpus_must_cover()
    {
        foreach (string name in TargetList.Names)
        {
            using FuzzTarget target = TargetList.Make(name);
            Assert.InRange(target.LeastEdges, 50, 10_000);
        }
    }

    private void AssertHolds(params string[] arguments)
    {
        var program = new FuzzProgram();

        int code = program.Run(arguments);

        output.WriteLine(program.Said);
        Assert.True(code == 0, program.Said + string.Join('\n', FuzzProgram.FindingsOf(arguments[1])));
    }
}

using System.Xml.Linq;
using Cis.Bench;

namespace Cis.Tests.Bench;

public class BenchReportTests
{
    private static readonly BenchMachine s_machine = new("a <CPU>", "AVX512-VNNI", 4, 8L << 30);

    [Fact]
    public void A_table_has_medians_and_their_spread()
    {
        string table = BenchTable.Build(Result(("cis, 1 engine", [2, 1, 4])), asMarkdown: false);

        Assert.Contains("files 2, pages 8, rounds 3; start 7 ms (6-9)", table, StringComparison.Ordinal);
        // wall, pages/s, files/h, CPU s/page, CPU %, peak, failed
        Assert.Matches(@"cis, 1 engine +2 \(1-4\) +4 +3600 +0\.125 +50 +105 +0\n", table);
        Assert.Matches(@"recognize +40 / 90\n", table);
    }

    [Fact]
    public void In_Markdown_every_row_has_as_many_cells_as_the_head()
    {
        string[] rows =
        [
            .. BenchTable.Build(Result(("a", [1])), asMarkdown: true).Split('\n').Where(line => line.StartsWith('|')),
        ];

        Assert.Equal([9, 9, 9, 3, 3, 3], rows.Select(row => row.Count(c => c == '|')));
        Assert.Equal("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", rows[1]);
    }

    [Theory]
    [InlineData("within the noise", 2.0, 2.2, 1.9)]
    [InlineData("within the noise", 1.9, 1.94, 1.85)] // apart, but by less than what either spreads over
    [InlineData("more than noise", 1.0, 1.1, 0.9)]
    [InlineData("unknown: take 3 rounds or more", 1.0, 1.1)]
    public void A_difference_counts_where_the_gap_is_wide_beside_the_spread(string verdict, params double[] now)
    {
        string text = BenchComparison.Build(Result(("a", [2, 2.1, 1.95])), Result(("a", now)), asMarkdown: false);

        Assert.Contains(verdict, text, StringComparison.Ordinal);
        Assert.Matches(now[0] > 1.5 ? @"a +1(\.\d+)?x \(" : @"a +(2|1\.9\d*)x \(", text);
    }

    [Fact]
    public void Subjects_that_only_one_result_has_and_all_but_the_build_that_differs_are_said()
    {
        BenchResult old = Result(("b", [1])) with
        {
            Version = "1.2.2",
            Machine = s_machine with { Cores = 2, Kernels = "AVX2" },
            Files = 3,
        };

        string text = BenchComparison.Build(old, Result(("a", [1])), asMarkdown: false);

        Assert.Contains("Compared with cis 1.2.2:\n", text, StringComparison.Ordinal);
        Assert.Contains("other kernels: AVX2", text, StringComparison.Ordinal);
        Assert.Contains("other files: 3, with 8 pages", text, StringComparison.Ordinal);
        Assert.Contains("another machine", text, StringComparison.Ordinal);
        Assert.Contains("none of these subjects", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_is_well_formed_whatever_a_command_holds()
    {
        var chart = XElement.Parse(BenchChart.Build(Result(("a", [1]), ("sh -c 'x < {file} && \"y\"'", [2]))));

        // The ground, and a bar each.
        Assert.Equal(3, chart.Elements().Count(element => element.Name.LocalName == "rect"));
    }

    private static BenchResult Result(params (string Name, double[] Walls)[] subjects) =>
        new(
            "1.2.3",
            s_machine,
            Files: 2,
            [7, 6, 9],
            [
                .. subjects.Select(subject => new BenchSubject(
                    subject.Name,
                    Pages: 8,
                    [.. subject.Walls.Select(wall => new BenchRound(wall, wall / 2, 100 << 20, 0))],
                    [new BenchStage("recognize", 40, 90)]
                )),
            ]
        );
}

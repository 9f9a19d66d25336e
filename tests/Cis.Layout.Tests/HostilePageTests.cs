using System.Diagnostics;
using Cis.Pages;

namespace Cis.Layout.Tests;

/// <summary>Pages drawn to cost time: what is quadratic in their lines would take minutes.</summary>
public sealed class HostilePageTests
{
    private const int Lines = 10_000;
    private const string Prose = "some words of a sentence that goes on";

    // A tenth of a second each on an idle machine.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(TextSource.Ocr)]
    [InlineData(TextSource.TextLayer)]
    public void Thousands_of_lines_at_one_spot_are_put_in_order_in_bounded_time(TextSource source) =>
        AssertBounded(source, i => Quad.FromRectangle(100, 100, 500, 120));

    [Theory]
    [InlineData(TextSource.Ocr)]
    [InlineData(TextSource.TextLayer)]
    public void Thousands_of_lines_in_one_row_are_put_in_order_in_bounded_time(TextSource source) =>
        AssertBounded(source, i => Quad.FromRectangle(i * 7919 % Lines * 50, 100, i * 7919 % Lines * 50 + 40, 120));

    [Fact]
    public void Tall_lines_across_each_other_are_put_in_order_in_bounded_time() =>
        AssertBounded(
            TextSource.Ocr,
            i => Quad.FromRectangle(i * 31 % 2000, i % 3000, i * 31 % 2000 + 400, i % 3000 + 2000)
        );

    [Fact]
    public void Short_lines_in_a_hundred_tiers_are_put_in_order_in_bounded_time() =>
        AssertBounded(
            TextSource.Ocr,
            i => Quad.FromRectangle(i % 100 * 20, i / 100 * 100, i % 100 * 20 + 18, i / 100 * 100 + 100),
            vertical: true
        );

    private static void AssertBounded(TextSource source, Func<int, Quad> box, bool vertical = false)
    {
        DirectedLine[] lines =
        [
            .. Enumerable.Range(0, Lines).Select(i => new DirectedLine(Line(box(i), source), vertical)),
        ];
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;

        PageLayout layout = ReadingOrder.Arrange(lines);

        Assert.InRange(Process.GetCurrentProcess().TotalProcessorTime - before, TimeSpan.Zero, s_limit);
        Assert.NotEmpty(layout.Lines);
    }

    private static TextLine Line(Quad box, TextSource source) =>
        new(Prose, 1, box, [new TextWord(Prose, 1, box)], source);
}

namespace Cis.Reading.Tests;

public sealed class PageSelectionTests
{
    [Theory]
    [InlineData("3", new[] { 2 })]
    [InlineData("1-3", new[] { 0, 1, 2 })]
    [InlineData("1-2,5", new[] { 0, 1, 4 })]
    [InlineData("5, 1-2", new[] { 0, 1, 4 })]
    [InlineData("4-", new[] { 3, 4, 5 })]
    [InlineData("1-3,2-4,3", new[] { 0, 1, 2, 3 })]
    [InlineData("6,7,100-200", new[] { 5 })]
    [InlineData("7", new int[0])]
    [InlineData("1-2147483647", new[] { 0, 1, 2, 3, 4, 5 })]
    public void Pages_are_taken_in_order_each_once_as_far_as_they_exist(string text, int[] expected)
    {
        Assert.True(PageSelection.TryParse(text, out PageSelection? selection, out _));

        Assert.Equal(expected, selection.Indices(pageCount: 6));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("3-1")]
    [InlineData("1,,2")]
    [InlineData("a")]
    [InlineData("1-b")]
    [InlineData("1-2-3")]
    [InlineData("99999999999")]
    [InlineData("+1")]
    public void What_is_no_page_is_refused_with_a_reason(string text)
    {
        Assert.False(PageSelection.TryParse(text, out _, out string? error));

        Assert.Contains("1-5,8,12-", error, StringComparison.Ordinal);
    }
}

namespace Cis.Layout.Tests;

internal static class OrderAssert
{
    /// <summary>The lines come in the order in which they were drawn.</summary>
    public static void IsAsDrawn(PageSketch page, PageLayout layout) =>
        Assert.Equal(page.Texts, layout.Lines.Select(l => l.Text));
}

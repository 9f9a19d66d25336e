using Cis.Pages;

namespace Cis.Sandbox.Tests;

/// <summary>Pixels that one process writes and another reads.</summary>
public sealed unsafe class SharedPixelsTests
{
    [Fact]
    public void What_one_side_writes_the_other_sees_and_a_larger_page_too()
    {
        using var outside = SharedPixels.Create();
        using var inside = new PageImage(new SharedPixels(outside.File));
        using var shown = new PageImage();
        foreach ((int width, int height) in (ReadOnlySpan<(int, int)>)[(30, 20), (300, 200), (10, 10)])
        {
            inside.Reset(width, height, PixelFormat.Bgr24);
            inside.Row(height - 1).Fill((byte)width);

            byte* pixels = outside.Show((nuint)PageImage.BytesOf(width, height, PixelFormat.Bgr24));
            shown.Show(pixels, width, height, PixelFormat.Bgr24);

            Assert.True(shown.Row(height - 1).SequenceEqual(inside.Row(height - 1)));
            Assert.Equal((inside.Width, inside.Height, inside.Stride), (shown.Width, shown.Height, shown.Stride));
        }
    }

    [Fact]
    public void Pixels_that_are_not_there_are_not_shown()
    {
        using var outside = SharedPixels.Create();

        Assert.True(outside.Show(1) is null);
    }
}

using Cis.Layout;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class ReadingDirectionTests
{
    private const int Width = 800;
    private const int Height = 600;
    private static readonly Quad s_box = Quad.FromRectangle(100, 20, 300, 60);

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_line_comes_back_from_the_page_held_upright_where_it_was(int degrees)
    {
        var frame = new PageFrame(((ReadingDirection)degrees).ToRotation(), Width, Height);
        var line = new TextLine("a b", 1, s_box, [new("a", 1, s_box), new("b", 1, Quad.FromRectangle(1, 2, 3, 4))]);

        TextLine back = frame.Inverse().ToReader(frame.ToReader(line));

        Assert.Equal(line.Box, back.Box);
        Assert.Equal(line.Words, back.Words);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_box_turned_to_the_direction_of_the_page_stands_upright_on_the_page_held_upright(int degrees)
    {
        var direction = (ReadingDirection)degrees;
        var frame = new PageFrame(direction.ToRotation(), Width, Height);

        Quad seen = frame.ToReader(s_box.Turn(direction));

        Assert.Equal(Quad.FromRectangle(seen.Left, seen.Top, seen.Right, seen.Bottom), seen);
        bool sideways = degrees % 180 != 0;
        Assert.InRange(seen.Right, 0, sideways ? Height : Width);
        Assert.InRange(seen.Bottom, 0, sideways ? Width : Height);
    }

    [Fact]
    public void The_first_line_of_a_turned_page_is_the_first_when_it_is_held_upright()
    {
        // A page turned a quarter clockwise has its first line on its right; one on its head at its bottom.
        var downwards = new PageFrame(ReadingDirection.Downwards.ToRotation(), Width, Height);
        var upsideDown = new PageFrame(ReadingDirection.RightToLeft.ToRotation(), Width, Height);
        var upwards = new PageFrame(ReadingDirection.Upwards.ToRotation(), Width, Height);

        Assert.Equal(10, downwards.ToReader(Quad.FromRectangle(750, 100, 790, 500)).Top);
        Assert.Equal(10, upsideDown.ToReader(Quad.FromRectangle(100, 550, 700, 590)).Top);
        Assert.Equal(10, upwards.ToReader(Quad.FromRectangle(10, 100, 50, 500)).Top);
    }

    [Theory]
    [InlineData(0, 90, 0)]
    [InlineData(90, 0, 270)]
    [InlineData(180, 270, 180)]
    [InlineData(270, 0, 90)]
    public void Quarter_turns_and_rotations_are_those_of_the_page(int degrees, int quarterTurn, int rotation)
    {
        var direction = (ReadingDirection)degrees;

        Assert.Equal((ReadingDirection)quarterTurn, direction.QuarterTurn());
        Assert.Equal(rotation, direction.ToRotation());
    }

    [Fact]
    public void A_page_of_vertical_columns_stands_upright()
    {
        Assert.Equal(ReadingDirection.LeftToRight, new PageDirection(ReadingDirection.Downwards, true).Page);
        Assert.Equal(ReadingDirection.Downwards, new PageDirection(ReadingDirection.Downwards, false).Page);
    }
}

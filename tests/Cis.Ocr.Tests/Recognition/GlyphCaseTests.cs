using System.Text;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class GlyphCaseTests
{
    private const int Cell = 24;
    private const int Height = 60;
    private const int Base = 45;

    private static readonly Vocabulary s_vocabulary = new(Encoding.UTF8.GetBytes("5\nx\nX\na\n \n7"));

    [Theory]
    [InlineData("5X", "30 21", "5x")]
    [InlineData("5X", "30 25", "5x")] // a typewriter's
    [InlineData("5X", "30 30", "5X")]
    [InlineData("5x", "30 30", "5X")]
    [InlineData("5x", "30 21", "5x")]
    [InlineData("5X", "20 20", "5X")] // old-style digits tell nothing
    [InlineData("aX 7", "21 21 0 30", "aX 7")] // the word itself tells
    public void A_lone_letter_of_either_shape_is_as_large_as_it_stands_beside_digits(
        string read,
        string heights,
        string expected
    )
    {
        int[] tall = [.. heights.Split(' ').Select(int.Parse)];
        var picture = Picture.Draw(
            Cell * read.Length,
            Height,
            (x, y) => x % Cell is > 3 and < 20 && y < Base && y >= Base - tall[x / Cell] ? 0 : 255
        );
        using PageImage page = picture.ToPage();
        List<DecodedCharacter> characters =
        [
            .. read.Select((c, i) => new DecodedCharacter(ClassOf(c), 0.9f, 3 * i + 1, 3 * i + 1)),
        ];

        new GlyphCase(s_vocabulary).Correct(page, Quad.FromRectangle(0, 0, picture.Width, Height), characters);

        Assert.Equal(expected, string.Concat(characters.Select(c => s_vocabulary[c.Class])));
    }

    private static int ClassOf(char c) =>
        Enumerable.Range(1, s_vocabulary.ClassCount - 1).First(i => s_vocabulary[i] == c.ToString());
}

using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class LineAssemblerTests
{
    private const int A = 1;
    private const int B = 2;
    private const int Space = 3;
    private static readonly Vocabulary s_vocabulary = new("a\nb\n \n"u8);

    [Fact]
    public void Words_are_parted_by_spaces_and_lie_where_their_steps_are()
    {
        // 100 steps over 200 pixels: a word in steps 10 to 20, a space at 30 and 31, a word from 40 to 49.
        List<DecodedCharacter> characters =
        [
            new(A, 0.5f, 10, 12),
            new(B, 0.7f, 20, 20),
            new(Space, 0.3f, 30, 31),
            new(B, 0.9f, 40, 49),
        ];

        TextLine line = Assemble(characters, Quad.FromRectangle(1000, 20, 1200, 60), 100);

        Assert.Equal("ab b", line.Text);
        Assert.Equal((0.5f + 0.7f + 0.3f + 0.9f) / 4, line.Confidence, 1e-6);
        Assert.Equal(["ab", "b"], line.Words.Select(word => word.Text));
        Assert.Equal([0.6f, 0.9f], line.Words.Select(word => word.Confidence));
        // Edges are half way between a character's last step and the next one's first.
        Assert.Equal(Quad.FromRectangle(1010, 20, 1051, 60), line.Words[0].Box);
        Assert.Equal(Quad.FromRectangle(1072, 20, 1150, 60), line.Words[1].Box);
    }

    [Fact]
    public void Words_of_a_slanted_line_are_slanted_parts_of_it()
    {
        var box = new Quad(new(0, 0), new(100, 50), new(90, 70), new(-10, 20));

        TextLine line = Assemble([new(A, 1, 0, 3), new(Space, 1, 4, 7), new(B, 1, 8, 15)], box, 16);

        Assert.Equal(new Quad(new(0, 0), new(25, 12.5f), new(15, 32.5f), new(-10, 20)), line.Words[0].Box);
        Assert.Equal(new Quad(new(50, 25), new(100, 50), new(90, 70), new(40, 45)), line.Words[1].Box);
    }

    [Fact]
    public void Spaces_around_and_between_words_are_one_or_none()
    {
        List<DecodedCharacter> characters = [.. new[] { Space, A, Space, Space, B, Space }.Select(Character)];

        TextLine line = Assemble(characters, Quad.FromRectangle(0, 0, 60, 10), 12);

        Assert.Equal("a b", line.Text);
        Assert.Equal(["a", "b"], line.Words.Select(word => word.Text));
    }

    [Fact]
    public void A_line_of_spaces_has_no_words()
    {
        TextLine line = Assemble([Character(Space, 0), Character(Space, 1)], Quad.FromRectangle(0, 0, 60, 10), 4);

        Assert.Empty(line.Words);
        Assert.Equal("", line.Text);
    }

    [Fact]
    public void A_word_seen_in_the_padding_ends_with_the_line()
    {
        TextLine line = Assemble([new(A, 1, 3, 3), new(B, 1, 6, 7)], Quad.FromRectangle(0, 0, 100, 10), 5);

        Assert.Equal(100, Assert.Single(line.Words).Box.Right);
    }

    private static DecodedCharacter Character(int characterClass, int index) =>
        new(characterClass, 1, index * 2, index * 2);

    private static TextLine Assemble(List<DecodedCharacter> characters, Quad box, float steps) =>
        new LineAssembler(s_vocabulary).Assemble(characters, box, steps);
}

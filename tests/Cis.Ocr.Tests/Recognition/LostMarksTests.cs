using System.Text;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

/// <summary>Columns drawn as blots of ink: what was decoded stands as square frames, the rest is drawn by each test.</summary>
public class LostMarksTests
{
    private const int Pitch = 40;
    private const string Letters = "あシ、。っー「」1";
    private static readonly Vocabulary s_vocabulary = new(
        Encoding.UTF8.GetBytes(string.Join('\n', Letters.AsEnumerable()))
    );

    [Fact]
    public void A_slanted_stroke_in_the_upper_right_of_a_lost_cell_is_a_comma() =>
        Assert.Equal("ああ、ああああ", Read("ああ ああああ", Comma(2)));

    [Fact]
    public void A_ring_there_is_a_full_stop_at_the_end_of_the_column_too() =>
        Assert.Equal("あああ。ああああ。", Read("あああ ああああ ", Ring(3), Ring(8)));

    [Fact]
    public void A_small_kana_is_a_small_tsu_at_the_beginning_too() =>
        Assert.Equal("っああっああああ", Read(" ああ ああああ", SmallKana(0), SmallKana(3)));

    [Fact]
    public void Long_vowels_and_brackets_are_found() =>
        Assert.Equal(
            "ああ「シーあ」ああ",
            Read("ああ シ あ ああ", Bracket(2, opens: true), Bar(4), Bracket(6, opens: false))
        );

    [Fact]
    public void Two_marks_side_by_side_are_in_order() =>
        Assert.Equal("あああ」、ああああ", Read("あああ  ああああ", Bracket(3, opens: false), Comma(4)));

    [Fact]
    public void A_squeezed_column_has_the_same_marks() =>
        Assert.Equal("ああ、あ。あっああ", Read(0.7f, "ああ あ あ ああ", Comma(2), Ring(4), SmallKana(6)));

    [Fact]
    public void White_print_on_black_has_the_same_marks()
    {
        var column = new Column("ああ あ ああああ", 1);
        column.Draw(Comma(2));
        column.Draw(Ring(4));
        column.Invert();

        Assert.Equal("ああ、あ。ああああ", column.Restored());
    }

    public static TheoryData<string, object> OtherInk =>
        new()
        {
            { "an ellipsis", Shapes(Dot(2, -0.3f, 24), Dot(2, 0, 24), Dot(2, 0.3f, 24)) },
            { "a middle dot", Dot(2, 0, 24) },
            { "the ideograph one", Box(2, -0.05f, 0.05f, 6, 42) },
            { "a rule along the column", Box(2, -1.5f, 1.5f, 22, 25) },
            { "a bar of the length of a cell after no kana", Box(0, -0.4f, 0.4f, 22, 26) },
            { "ditto marks", Shapes(Box(2, -0.2f, 0.1f, 10, 14), Box(2, -0.2f, 0.1f, 26, 30)) },
            { "specks", Shapes(Dot(2, -0.3f, 10, 1), Dot(2, 0.1f, 30, 1), Dot(2, 0.2f, 20, 1)) },
            { "a speck in the lower left", Dot(2, 0.3f, 40, 4) },
            { "a whole character", Frame(2) },
            { "ruby beside the column", Shapes(Dot(2, -0.3f, 3, 3), Dot(2, 0, 3, 3), Dot(2, 0.3f, 3, 3)) },
            { "nothing", Shapes() },
        };

    [Theory]
    [MemberData(nameof(OtherInk))]
    public void Other_ink_in_a_lost_cell_is_no_mark(string name, object shape)
    {
        string text = name.Contains("after no kana", StringComparison.Ordinal) ? " ああああああ" : "ああ ああああ";

        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), Read(text, (Shape)shape));
    }

    [Fact]
    public void After_a_katakana_no_small_hiragana_is_made_up() =>
        Assert.Equal("ああシああああ", Read("ああシ ああああ", SmallKana(3)));

    [Fact]
    public void A_column_that_is_no_grid_is_left_alone()
    {
        var column = new Column("ああ ああああ", 1);
        column.Draw(Comma(2));
        column.Loosen();

        Assert.Equal("ああああああ", column.Restored());
    }

    [Theory]
    [InlineData("あ")]
    [InlineData("あ あ")]
    [InlineData("11 1111")]
    [InlineData("あああ 111")]
    public void So_is_one_of_few_characters_and_one_of_digits(string text) =>
        Assert.Equal(
            text.Replace(" ", "", StringComparison.Ordinal),
            Read(text, Comma(text.IndexOf(' ', StringComparison.Ordinal)))
        );

    private static string Read(string text, params Shape[] shapes) => Read(1, text, shapes);

    private static string Read(float squeeze, string text, params Shape[] shapes)
    {
        var column = new Column(text, squeeze);
        foreach (Shape shape in shapes)
        {
            column.Draw(shape);
        }

        return column.Restored();
    }

    /// <summary>Whether there is ink, in cells along the column and rows across it, the right side first.</summary>
    private delegate bool Shape(float along, int row);

    private static Shape Shapes(params Shape[] shapes) => (along, row) => shapes.Any(shape => shape(along, row));

    private static Shape Box(int cell, float from, float to, int top, int bottom) =>
        (along, row) => along >= cell + from && along <= cell + to && row >= top && row < bottom;

    private static Shape Frame(int cell)
    {
        (Shape outer, Shape inner) = (Box(cell, -0.42f, 0.42f, 5, 43), Box(cell, -0.34f, 0.34f, 9, 39));
        return (along, row) => outer(along, row) && !inner(along, row);
    }

    private static Shape Dot(int cell, float offset, int row, int radius = 3) =>
        (along, y) => Distance(along - cell - offset, y - row) <= radius;

    private static Shape Ring(int cell) => (along, y) => Distance(along - cell + 0.33f, y - 10) is >= 3.5f and <= 6;

    private static Shape Comma(int cell) =>
        (along, y) => MathF.Abs((along - cell + 0.35f) * Pitch - (y - 10)) <= 2 && y is >= 5 and < 15;

    private static Shape SmallKana(int cell) =>
        Shapes(Box(cell, -0.22f, -0.1f, 5, 35), Box(cell, -0.22f, 0.22f, 5, 11), Box(cell, 0.1f, 0.22f, 5, 22));

    private static Shape Bar(int cell) => Box(cell, -0.4f, 0.4f, 22, 26);

    private static Shape Bracket(int cell, bool opens) =>
        opens
            ? Shapes(Box(cell, 0.15f, 0.2f, 4, 40), Box(cell, 0.15f, 0.45f, 4, 7))
            : Shapes(Box(cell, -0.2f, -0.15f, 6, 42), Box(cell, -0.45f, -0.15f, 39, 42));

    private static float Distance(float along, float rows) => MathF.Sqrt(along * along * Pitch * Pitch + rows * rows);

    /// <summary>A crop with a frame for each character that was decoded, and white cells for those that were not.</summary>
    private sealed class Column
    {
        private const int Padding = 16;
        private readonly float _squeeze;
        private readonly int _width;
        private readonly float[] _plane;
        private readonly List<DecodedCharacter> _characters = [];

        public Column(string text, float squeeze)
        {
            _squeeze = squeeze;
            _width = (int)(text.Length * Pitch * squeeze);
            _plane = new float[(_width + Padding) * LineCropper.Height];
            Array.Fill(_plane, 1);
            for (int cell = 0; cell < text.Length; cell++)
            {
                if (text[cell] != ' ')
                {
                    int step = (int)((cell + 0.5f) * Pitch * squeeze / 8);
                    int index = Letters.IndexOf(text[cell], StringComparison.Ordinal) + 1;
                    _characters.Add(new DecodedCharacter(index, 0.9f, step, step));
                    Draw(Frame(cell));
                }
            }
        }

        public void Draw(Shape shape)
        {
            for (int row = 0; row < LineCropper.Height; row++)
            {
                for (int x = 0; x < _width; x++)
                {
                    float along = (x + 0.5f) / (Pitch * _squeeze) - 0.5f;
                    _plane[row * (_width + Padding) + x] = shape(along, row)
                        ? -1
                        : _plane[row * (_width + Padding) + x];
                }
            }
        }

        public void Invert()
        {
            for (int i = 0; i < _plane.Length; i++)
            {
                _plane[i] = -_plane[i];
            }
        }

        /// <summary>Moves where every second character was decoded, as between others of half its size.</summary>
        public void Loosen()
        {
            for (int i = 1; i < _characters.Count; i += 2)
            {
                (int first, int last) = (_characters[i].FirstStep + 2, _characters[i].LastStep + 2);
                _characters[i] = _characters[i] with { FirstStep = first, LastStep = last };
            }
        }

        public string Restored()
        {
            var crop = new ColumnCrop(_plane, _width + Padding, _width, 1 / _squeeze);
            new LostMarks(s_vocabulary).Restore(_characters, crop);
            return string.Concat(_characters.Select(character => s_vocabulary[character.Class]));
        }
    }
}

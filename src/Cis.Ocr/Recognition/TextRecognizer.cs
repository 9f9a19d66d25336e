using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>Reads one line: crop, recognize, decode, assemble. One per engine.</summary>
internal sealed class TextRecognizer : IDisposable
{
    // The recognizer's stride: a time step is 8 columns.
    internal const int ColumnsPerStep = 8;
    private const int WidthMultiple = 16;

    // A line of 6,400 columns at 48 rows is 133 characters of average width; wider ones are squeezed into it.
    private const int MaximumWidth = 6400;

    private readonly ILineRecognizer _recognizer;
    private readonly CtcDecoder _decoder;
    private readonly LineAssembler _assembler;
    private readonly GlyphCase _case;
    private readonly List<DecodedCharacter> _characters = [];
    private readonly LostMarks _lostMarks;
    private readonly ScoreConsumer _decode;

    /// <summary>A recognizer of lines.</summary>
    /// <param name="model">Says what the class scores are.</param>
    /// <param name="vocabulary">The characters of the classes.</param>
    /// <param name="recognizer">Gives the class scores; disposed with this.</param>
    /// <param name="prior">What is known of the letters beforehand: see <see cref="LetterPrior"/>.</param>
    /// <param name="carons">What is known of apostrophes: see <see cref="CaronMarks"/>.</param>
    /// <param name="peaks">See <see cref="CtcDecoder"/>.</param>
    /// <param name="spacedMarks">See <see cref="LineSpelling"/>.</param>
    public TextRecognizer(
        RecognizerModel model,
        Vocabulary vocabulary,
        ILineRecognizer recognizer,
        float[]? prior = null,
        CaronMarks? carons = null,
        bool peaks = false,
        bool spacedMarks = false
    )
    {
        _recognizer = recognizer;
        _decoder = new CtcDecoder(model, vocabulary, prior, carons, peaks, spacedMarks);
        _assembler = new LineAssembler(vocabulary);
        _lostMarks = new LostMarks(vocabulary);
        _case = new GlyphCase(vocabulary);
        _decode = scores => _decoder.Decode(scores, _characters);
    }

    /// <summary>Reads a line.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="widthFactor">Less than 1 squeezes the line: fewer columns, less work.</param>
    /// <param name="control">Stops the run.</param>
    /// <param name="isColumn">The line is a column of vertical writing, whose lost marks are to be found.</param>
    /// <returns>The line, or null where nothing was read.</returns>
    public TextLine? Read(PageImage page, Quad box, float widthFactor, RunControl control, bool isColumn = false)
    {
        float steps = Decode(page, box, widthFactor, control);
        if (isColumn)
        {
            RestoreMarks(box, (int)(steps * ColumnsPerStep));
        }

        return Build(page, box, _characters, steps);
    }

    /// <summary>Reads a line as characters.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="characters">Cleared, then filled from left to right.</param>
    /// <param name="control">Stops the run.</param>
    /// <returns>The time steps that the line covers.</returns>
    public float ReadCharacters(PageImage page, Quad box, List<DecodedCharacter> characters, RunControl control)
    {
        float steps = Decode(page, box, 1, control);
        characters.Clear();
        characters.AddRange(_characters);
        return steps;
    }

    /// <summary>Builds a line out of its characters.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="characters">From left to right, in this recognizer's classes; may be changed.</param>
    /// <param name="steps">The time steps that the line covers.</param>
    /// <returns>The line, or null where there is nothing but spaces.</returns>
    public TextLine? Build(PageImage page, Quad box, List<DecodedCharacter> characters, float steps)
    {
        _case.Correct(page, box, characters);
        TextLine? line = characters.Count == 0 ? null : _assembler.Assemble(characters, box, steps);
        return line?.Words.Count > 0 ? line : null;
    }

    /// <summary>Reads a line as single characters with a box each.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="glyphs">Receives the characters.</param>
    /// <param name="control">Stops the run.</param>
    public void ReadGlyphs(PageImage page, Quad box, List<(string Text, Quad Box)> glyphs, RunControl control)
    {
        float steps = Decode(page, box, 1, control);
        for (int i = 0; i < _characters.Count; i++)
        {
            glyphs.Add(_assembler.Glyph(_characters, i, box, steps));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _recognizer.Dispose();

    /// <summary>Looks at the crop that was just read: it is still in the recognizer's input.</summary>
    private void RestoreMarks(Quad box, int content)
    {
        int width = PaddedWidth(content);
        float stretch = NaturalWidth(box) / content;
        _lostMarks.Restore(_characters, new ColumnCrop(_recognizer.Input(width), width, content, stretch));
    }

    /// <summary>Fills the characters of a line.</summary>
    /// <returns>The time steps that the line covers.</returns>
    private float Decode(PageImage page, Quad box, float widthFactor, RunControl control)
    {
        int content = Math.Clamp((int)MathF.Ceiling(NaturalWidth(box) * widthFactor), ColumnsPerStep, MaximumWidth);
        int width = PaddedWidth(content);
        LineCropper.Crop(page, box, content, width, _recognizer.Input(width));
        _recognizer.Run(width, control, _decode);
        return content / (float)ColumnsPerStep;
    }

    /// <summary>The columns of a line whose height is that of the recognizer's input.</summary>
    internal static float NaturalWidth(Quad box) => LineCropper.Height * box.Width / MathF.Max(1, box.Height);

    private static int PaddedWidth(int content) => (content + WidthMultiple - 1) / WidthMultiple * WidthMultiple;
}

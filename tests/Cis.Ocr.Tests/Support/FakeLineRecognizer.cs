using System.Text;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Support;

/// <summary>What a fake recognizer says of a line.</summary>
/// <param name="width">Columns of the input.</param>
/// <param name="planes">The input.</param>
internal delegate (string Text, float Confidence) FakeAnswer(int width, ReadOnlySpan<float> planes);

/// <summary>Answers without a model, in probabilities over the letters a to z and the space.</summary>
internal sealed class FakeLineRecognizer(FakeAnswer answer) : ILineRecognizer
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz ";
    private const float UnsureConfidence = 0.6f;
    private float[] _input = [];

    public static Vocabulary Vocabulary { get; } =
        new(Encoding.UTF8.GetBytes(string.Join('\n', Letters.AsEnumerable())));

    /// <summary>The width of every line it was given.</summary>
    public List<int> Widths { get; } = [];

    /// <summary>The letters, by their place in the text, that are read less surely than the others.</summary>
    public HashSet<int> Unsure { get; init; } = [];

    /// <summary>No run of a fake is ever stopped.</summary>
    public static RunControl NoControl => null!;

    public TextRecognizer ToTextRecognizer() =>
        new(new RecognizerModel("fake", "", [], RecognizerModel.Probabilities), Vocabulary, this);

    public Span<float> Input(int width) => _input = new float[3 * LineCropper.Height * width];

    public void Run(int width, RunControl control, ScoreConsumer consume)
    {
        Widths.Add(width);
        (string text, float confidence) = answer(width, _input);
        int classes = Vocabulary.ClassCount;
        float[] scores = new float[2 * text.Length * classes];
        for (int i = 0; i < text.Length; i++)
        {
            // A blank after each letter keeps repeated ones apart.
            scores[2 * i * classes + Letters.IndexOf(text[i], StringComparison.Ordinal) + 1] = Unsure.Contains(i)
                ? UnsureConfidence
                : confidence;
            scores[(2 * i + 1) * classes] = 1;
        }

        consume(new ClassScores(scores, 2 * text.Length, classes));
    }

    public void Dispose() => _input = [];
}

using System.Numerics.Tensors;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>A character that was read.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Probability">Of the class; of there being no letter, for a gap.</param>
/// <param name="FirstStep">The first time step that it was seen at.</param>
/// <param name="LastStep">The last one.</param>
/// <param name="IsGap">A space that only the factor for gaps has brought up.</param>
internal readonly record struct DecodedCharacter(
    int Class,
    float Probability,
    int FirstStep,
    int LastStep,
    bool IsGap = false
);

/// <summary>
/// Greedy CTC decoding (Graves et al., 2006): the best class of each step, repeats joined, blanks dropped. From raw
/// scores the probability is taken with one soft-max normalizer, and only at the steps where a character begins; with
/// <paramref name="peaks"/> at all of its steps.
/// </summary>
/// <param name="model">Says what the scores are.</param>
/// <param name="vocabulary">The characters of the classes.</param>
/// <param name="prior">Added to the raw scores of each step: see <see cref="LetterPrior"/>; null adds nothing.</param>
/// <param name="carons">See <see cref="CaronMarks"/>; null leaves apostrophes as they are.</param>
/// <param name="peaks">
/// Whether a character is as probable as at its best step, not as at its first: that one is often half blank still.
/// </param>
/// <param name="spacedMarks">See <see cref="LineSpelling"/>.</param>
internal sealed class CtcDecoder(
    RecognizerModel model,
    Vocabulary vocabulary,
    float[]? prior = null,
    CaronMarks? carons = null,
    bool peaks = false,
    bool spacedMarks = false
)
{
    private const int Blank = 0;

    private readonly bool _scoresAreProbabilities = model.Output == RecognizerModel.Probabilities;
    private readonly float _spaceBonus = MathF.Log(model.SpaceFactor);
    private readonly float _gapBonus = MathF.Log(model.GapFactor);
    private readonly LineSpelling _spelling = new(vocabulary, carons, spacedMarks);
    private readonly float[] _weighed = new float[prior?.Length ?? 0];
    private float[] _exponentials = [];

    /// <summary>Decodes a line.</summary>
    /// <param name="scores">What the recognizer says.</param>
    /// <param name="characters">Cleared, then filled from left to right.</param>
    public void Decode(ClassScores scores, List<DecodedCharacter> characters)
    {
        characters.Clear();
        int previous = Blank;
        for (int step = 0; step < scores.Steps; step++)
        {
            ReadOnlySpan<float> row = Weigh(scores[step]);
            int best = BestClass(row);
            bool isGap = best == Blank && IsGap(row);
            best = isGap ? vocabulary.SpaceClass : best;
            if (best == previous && best != Blank)
            {
                characters[^1] = characters[^1] with { LastStep = step, IsGap = characters[^1].IsGap && isGap };
                if (peaks)
                {
                    characters[^1] = characters[^1] with
                    {
                        Probability = MathF.Max(characters[^1].Probability, Probability(row, best)),
                    };
                }
            }
            else if (best != Blank)
            {
                float probability = isGap ? Probability(row, Blank) : Probability(row, best);
                characters.Add(new DecodedCharacter(best, probability, step, step, isGap));
            }

            previous = best;
        }

        _spelling.Mend(characters);
    }

    private bool IsGap(ReadOnlySpan<float> row) =>
        _gapBonus > 0 && vocabulary.SpaceClass > 0 && Beats(row[vocabulary.SpaceClass], _gapBonus, row[Blank]);

    private ReadOnlySpan<float> Weigh(ReadOnlySpan<float> row)
    {
        if (prior is null)
        {
            return row;
        }

        TensorPrimitives.Add(row, prior, _weighed);
        return _weighed;
    }

    private int BestClass(ReadOnlySpan<float> row)
    {
        int best = ArgMax.Of(row);
        if (_spaceBonus > 0 && vocabulary.SpaceClass > 0 && Beats(row[vocabulary.SpaceClass], _spaceBonus, row[best]))
        {
            return vocabulary.SpaceClass;
        }

        return best;
    }

    private bool Beats(float score, float bonus, float best) =>
        _scoresAreProbabilities ? score * MathF.Exp(bonus) > best : score + bonus > best;

    private float Probability(ReadOnlySpan<float> row, int best)
    {
        if (_scoresAreProbabilities)
        {
            return row[best];
        }

        if (_exponentials.Length < row.Length)
        {
            _exponentials = new float[row.Length];
        }

        Span<float> exponentials = _exponentials.AsSpan(0, row.Length);
        TensorPrimitives.Subtract(row, row[best], exponentials);
        TensorPrimitives.Exp(exponentials, exponentials);
        return 1 / TensorPrimitives.Sum(exponentials);
    }
}

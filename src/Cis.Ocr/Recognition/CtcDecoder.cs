using System.Numerics.Tensors;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>A character that was read: its class, its probability, and the time steps it was seen at.</summary>
internal readonly record struct DecodedCharacter(int Class, float Probability, int FirstStep, int LastStep);

/// <summary>
/// Greedy CTC decoding (Graves et al., 2006): the best class of each step, repeats joined, blanks dropped. From raw
/// scores the probability is taken with one soft-max normaliser, and only at the steps where a character begins.
/// </summary>
internal sealed class CtcDecoder(RecognizerModel model, Vocabulary vocabulary)
{
    private const int Blank = 0;

    private readonly bool _scoresAreProbabilities = model.Output == RecognizerModel.Probabilities;
    private readonly float _spaceBonus = MathF.Log(model.SpaceFactor);
    private float[] _exponentials = [];

    /// <summary>Decodes a line.</summary>
    /// <param name="scores">What the recogniser says.</param>
    /// <param name="characters">Cleared, then filled from left to right.</param>
    public void Decode(ClassScores scores, List<DecodedCharacter> characters)
    {
        characters.Clear();
        int previous = Blank;
        for (int step = 0; step < scores.Steps; step++)
        {
            ReadOnlySpan<float> row = scores[step];
            int best = BestClass(row);
            if (best == previous && best != Blank)
            {
                characters[^1] = characters[^1] with { LastStep = step };
            }
            else if (best != Blank)
            {
                characters.Add(new DecodedCharacter(best, Probability(row, best), step, step));
            }

            previous = best;
        }
    }

    private int BestClass(ReadOnlySpan<float> row)
    {
        int best = ArgMax.Of(row);
        if (_spaceBonus > 0 && vocabulary.SpaceClass > 0 && SpaceWins(row[vocabulary.SpaceClass], row[best]))
        {
            return vocabulary.SpaceClass;
        }

        return best;
    }

    private bool SpaceWins(float space, float best) =>
        _scoresAreProbabilities ? space * MathF.Exp(_spaceBonus) > best : space + _spaceBonus > best;

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

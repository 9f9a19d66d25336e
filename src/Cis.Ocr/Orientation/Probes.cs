using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Orientation;

/// <summary>The longest few lines of a kind, read one way and another to tell which is right.</summary>
internal sealed class Probes(LineReadings readings)
{
    private const int Most = 3;

    private readonly List<(int Index, float Length)> _lines = [];

    /// <summary>How many there are.</summary>
    public int Count => _lines.Count;

    /// <summary>The longest line's index.</summary>
    public int Longest => _lines[0].Index;

    /// <summary>Forgets them.</summary>
    public void Clear() => _lines.Clear();

    /// <summary>Takes a line if it is among the longest; of equal ones the first.</summary>
    public void Offer(int index, float length)
    {
        int place = _lines.Count;
        while (place > 0 && _lines[place - 1].Length < length)
        {
            place--;
        }

        if (place < Most)
        {
            _lines.Insert(place, (index, length));
            _lines.RemoveRange(Math.Min(Most, _lines.Count), Math.Max(0, _lines.Count - Most));
        }
    }

    /// <summary>Their confidence, each weighing as much as it has characters.</summary>
    public float Score(ReadingDirection direction, RunControl control)
    {
        float sum = 0;
        int characters = 0;
        foreach ((int index, _) in _lines)
        {
            if (readings.Read(index, direction, control) is { } line)
            {
                sum += line.Confidence * line.Text.Length;
                characters += line.Text.Length;
            }
        }

        return characters == 0 ? 0 : sum / characters;
    }

    /// <summary>The first way, or the second where that scores clearly better.</summary>
    public ReadingDirection Decide(ReadingDirection first, ReadingDirection second, RunControl control)
    {
        // Far above what a wrong direction scores: no need to read the lines the other way as well.
        const float Certain = 0.9f;

        // A turn must be worth it: on a page of noise neither way wins.
        const float Margin = 0.1f;
        float score = Score(first, control);
        return score < Certain && Score(second, control) > score + Margin ? second : first;
    }
}

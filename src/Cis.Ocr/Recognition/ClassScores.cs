namespace Cis.Ocr.Recognition;

/// <summary>What a recognizer says of a line: a row of class scores for each time step, left to right.</summary>
/// <param name="values">steps * classes values.</param>
/// <param name="steps">Columns of the line, each 8 pixels wide in PP-OCR's recognizers.</param>
/// <param name="classes">The vocabulary with the blank.</param>
internal readonly ref struct ClassScores(ReadOnlySpan<float> values, int steps, int classes)
{
    private readonly ReadOnlySpan<float> _values = values;

    /// <summary>The number of time steps.</summary>
    public int Steps => steps;

    /// <summary>The scores at a time step.</summary>
    public ReadOnlySpan<float> this[int step] => _values.Slice(step * classes, classes);
}

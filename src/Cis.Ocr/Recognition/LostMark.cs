namespace Cis.Ocr.Recognition;

/// <summary>The marks that PP-OCR's recognizers do not see in a column of vertical writing.</summary>
internal enum LostMark
{
    /// <summary>No mark, or none that can be told.</summary>
    None,

    /// <summary>、</summary>
    Comma,

    /// <summary>。</summary>
    Stop,

    /// <summary>っ</summary>
    SmallTsu,

    /// <summary>ー</summary>
    LongVowel,

    /// <summary>「</summary>
    OpeningBracket,

    /// <summary>」</summary>
    ClosingBracket,
}

/// <summary>
/// Tells a lost mark by the size, the place in its cell and the roundness of its one blot of ink. The bounds lie around
/// what was measured on three typefaces: docs/accuracy.md, "Vertical Japanese".
/// </summary>
internal static class LostMarkShapes
{
    /// <summary>Which mark a blot is.</summary>
    /// <param name="blot">The only one of its cell.</param>
    /// <param name="middle">The middle of the cell, in columns of the crop.</param>
    /// <param name="pitch">The length of the cell.</param>
    public static LostMark Of(InkBlot blot, float middle, float pitch)
    {
        float along = blot.Along / pitch;
        float across = blot.Across / (float)LineCropper.Height;
        float below = (blot.MiddleAlong - middle) / pitch;
        float fromRight = blot.MiddleAcross / LineCropper.Height;
        bool isRound = blot.Roundness < 1.8f;
        bool isThin = blot.Roundness > 8;
        return (along, across) switch
        {
            // In the upper right of the cell; a dot in its middle is a ・ or of an ellipsis, a smaller blot a speck.
            (>= 0.1f and < 0.45f, >= 0.1f and < 0.45f) when below < -0.15f && fromRight < 0.45f => isRound
                ? LostMark.Stop
                : LostMark.Comma,
            (>= 0.2f and < 0.4f, >= 0.55f and < 0.85f) when isThin && below > 0.2f => LostMark.OpeningBracket,
            (>= 0.2f and < 0.4f, >= 0.55f and < 0.85f) when isThin && below < -0.2f => LostMark.ClosingBracket,
            (>= 0.3f and < 0.65f, >= 0.4f and < 0.8f)
                when blot.Roundness < 4 && MathF.Abs(below) < 0.2f && fromRight < 0.52f => LostMark.SmallTsu,
            (>= 0.7f and < 0.95f, < 0.25f) when isThin && MathF.Abs(below) < 0.15f => LostMark.LongVowel,
            _ => LostMark.None,
        };
    }
}

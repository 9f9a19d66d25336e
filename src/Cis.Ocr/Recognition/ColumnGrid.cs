namespace Cis.Ocr.Recognition;

/// <summary>
/// The cells of a column of vertical writing, in columns of its crop: Japanese is set solid, one character a cell, and
/// all cells are as long.
/// </summary>
/// <param name="Origin">The middle of cell 0.</param>
/// <param name="Pitch">From the middle of a cell to the next one's.</param>
internal readonly record struct ColumnGrid(float Origin, float Pitch)
{
    // Fewer characters could lie on any grid.
    private const int FewestCharacters = 4;

    // In cells. A character is placed to 8 columns of the crop, a fourth or fifth of a cell, so half of that is the most
    // that rounding explains. Columns of mixed sizes or with half-width digits are off any grid by more.
    private const float LargestError = 0.15f;
    private const int Rounds = 3;

    /// <summary>The middle of a cell.</summary>
    public float MiddleOf(int cell) => Origin + cell * Pitch;

    /// <summary>Fits a grid by least squares over rounded steps.</summary>
    /// <param name="positions">Middles of the decoded characters, ascending.</param>
    /// <param name="cells">Receives the cell of each character.</param>
    /// <returns>The grid, or null where the characters do not lie on one.</returns>
    public static ColumnGrid? Fit(ReadOnlySpan<float> positions, Span<int> cells)
    {
        if (positions.Length < FewestCharacters)
        {
            return null;
        }

        float pitch = CommonStep(positions);
        CountSteps(positions, pitch, cells);
        ColumnGrid grid = Regress(positions, cells);
        for (int round = 1; round < Rounds; round++)
        {
            if (!grid.Place(positions, cells))
            {
                return null;
            }

            grid = Regress(positions, cells);
        }

        return grid.MeanError(positions, cells) <= LargestError ? grid : null;
    }

    /// <summary>The step between neighbors where nothing is lost: of the smaller ones, for not all have that luck.</summary>
    private static float CommonStep(ReadOnlySpan<float> positions)
    {
        Span<float> steps =
            positions.Length <= 256 ? stackalloc float[positions.Length - 1] : new float[positions.Length - 1];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = positions[i + 1] - positions[i];
        }

        steps.Sort();
        return MathF.Max(1, steps[steps.Length / 3]);
    }

    /// <summary>From neighbor to neighbor, so that an error of the pitch does not add up.</summary>
    private static void CountSteps(ReadOnlySpan<float> positions, float pitch, Span<int> cells)
    {
        cells[0] = 0;
        for (int i = 1; i < positions.Length; i++)
        {
            cells[i] = cells[i - 1] + Math.Max(1, (int)MathF.Round((positions[i] - positions[i - 1]) / pitch));
        }
    }

    private static ColumnGrid Regress(ReadOnlySpan<float> positions, ReadOnlySpan<int> cells)
    {
        double n = positions.Length;
        (double sumCell, double sumPosition, double sumProduct, double sumSquare) = (0, 0, 0, 0);
        for (int i = 0; i < positions.Length; i++)
        {
            sumCell += cells[i];
            sumPosition += positions[i];
            sumProduct += (double)cells[i] * positions[i];
            sumSquare += (double)cells[i] * cells[i];
        }

        double pitch = (n * sumProduct - sumCell * sumPosition) / (n * sumSquare - sumCell * sumCell);
        return new ColumnGrid((float)((sumPosition - pitch * sumCell) / n), (float)pitch);
    }

    /// <summary>Finds the cell of each character again.</summary>
    /// <returns>False where two share one: they are not set on a grid.</returns>
    private bool Place(ReadOnlySpan<float> positions, Span<int> cells)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            cells[i] = (int)MathF.Round((positions[i] - Origin) / Pitch);
            if (i > 0 && cells[i] <= cells[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    private float MeanError(ReadOnlySpan<float> positions, ReadOnlySpan<int> cells)
    {
        float sum = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            sum += MathF.Abs(positions[i] - MiddleOf(cells[i]));
        }

        return sum / positions.Length / Pitch;
    }
}

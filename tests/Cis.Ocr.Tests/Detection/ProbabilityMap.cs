using Cis.Ocr.Detection;

namespace Cis.Ocr.Tests.Detection;

/// <summary>A detector's output, drawn by hand.</summary>
internal sealed class ProbabilityMap(int width, int height)
{
    public float[] Values { get; } = new float[width * height];

    public DetectorSize Size => new(width, height);

    /// <summary>Sets a rectangle of pixels.</summary>
    public ProbabilityMap Fill(int x, int y, int columns, int rows, float value)
    {
        for (int row = y; row < y + rows; row++)
        {
            Values.AsSpan(row * width + x, columns).Fill(value);
        }

        return this;
    }

    /// <summary>Sets the pixels whose middles lie in a rectangle at an angle.</summary>
    public ProbabilityMap Fill(RotatedRectangle rectangle, float value)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            (float dx, float dy) = (i % width - rectangle.Center.X, i / width - rectangle.Center.Y);
            float along = MathF.Abs(dx * rectangle.AxisX + dy * rectangle.AxisY);
            float across = MathF.Abs(dy * rectangle.AxisX - dx * rectangle.AxisY);
            Values[i] = along <= rectangle.Width / 2 && across <= rectangle.Height / 2 ? value : Values[i];
        }

        return this;
    }

    /// <summary>A map of the characters <c>#</c>, 1, and anything else, 0.</summary>
    public static ProbabilityMap Parse(params string[] rows)
    {
        var map = new ProbabilityMap(rows[0].Length, rows.Length);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                map.Fill(x, y, 1, 1, rows[y][x] == '#' ? 1 : 0);
            }
        }

        return map;
    }
}

namespace Cis.Ocr.Imaging;

/// <summary>
/// The taps of a resampling along one axis: which source samples an output sample is made of, and their weights. A
/// triangle as wide as the scale: bilinear interpolation when enlarging, and an average without aliasing when reducing.
/// </summary>
internal sealed class AxisFilter
{
    private int[] _first = [];
    private float[] _weights = [];
    private int _source = -1;
    private int _target = -1;

    /// <summary>How many taps every output sample has; those without effect weigh 0.</summary>
    public int Taps { get; private set; }

    /// <summary>The first source sample of an output sample.</summary>
    public int First(int index) => _first[index];

    /// <summary>The weights of an output sample's taps; their sum is 1.</summary>
    public ReadOnlySpan<float> Weights(int index) => _weights.AsSpan(index * Taps, Taps);

    /// <summary>Prepares the taps for a pair of sizes; does nothing where they are the last ones.</summary>
    public void Prepare(int source, int target)
    {
        if ((source, target) == (_source, _target))
        {
            return;
        }

        (_source, _target) = (source, target);
        float scale = source / (float)target;
        float radius = MathF.Max(scale, 1);
        Taps = Math.Min(source, (int)MathF.Ceiling(radius) * 2 + 1);
        Grow(target);
        for (int i = 0; i < target; i++)
        {
            FillTaps(i, (i + 0.5f) * scale - 0.5f, radius);
        }
    }

    private void FillTaps(int index, float center, float radius)
    {
        int first = Math.Clamp((int)MathF.Ceiling(center - radius), 0, _source - Taps);
        Span<float> weights = _weights.AsSpan(index * Taps, Taps);
        float sum = 0;
        for (int tap = 0; tap < Taps; tap++)
        {
            weights[tap] = MathF.Max(0, 1 - MathF.Abs(first + tap - center) / radius);
            sum += weights[tap];
        }

        // Beyond the edge there is nothing to weigh: what is there weighs the more.
        for (int tap = 0; tap < Taps; tap++)
        {
            weights[tap] /= sum;
        }

        _first[index] = first;
    }

    private void Grow(int target)
    {
        if (_first.Length < target)
        {
            _first = new int[target];
        }

        if (_weights.Length < target * Taps)
        {
            _weights = new float[target * Taps];
        }
    }
}

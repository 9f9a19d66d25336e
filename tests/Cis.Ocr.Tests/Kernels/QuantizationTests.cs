using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

/// <summary>
/// A pixel's values are rounded to steps of its own range, half a step at most; weights here are whole numbers, so
/// that this is the only error: half a step for each unit of the sum of a row's absolute weights.
/// </summary>
/// <param name="set">The kernels.</param>
/// <param name="steps">The steps of a range: 8 bits, or 7.</param>
public abstract class QuantizationTests(KernelSet set, int steps)
{
    private const int Inputs = 8;
    private const int Outputs = 7; // does not fill its block

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(64)]
    [InlineData(97)]
    public void Each_pixel_is_exact_to_half_a_step_of_its_own_range(int pixels)
    {
        var random = new Random(pixels);
        // Neighboring pixels are of very different size: none may take its step from another.
        float[] x = Image(pixels, p => MathF.Pow(10, p % 9 - 4) * (random.NextSingle() * 2 - 1));

        AssertWithinHalfStep(x, pixels, random);
    }

    [Fact]
    public void Pixels_of_one_value_are_exact()
    {
        float[] x = Image(33, p => p - 16.5f);

        AssertWithinHalfStep(x, 33, new Random(1));
    }

    [Theory]
    [InlineData(127)]
    [InlineData(-127)]
    public void Sums_of_the_greatest_weights_and_steps_are_not_clipped(sbyte weight)
    {
        float[] x = [0, 1, 1, 1, 1, 1, 1, 1];
        sbyte[] weights = [.. Enumerable.Repeat(weight, Outputs * Inputs)];

        float[] y = NativeKernels.RunPointwise(set, weights, 1, new float[Outputs], x, 1);

        Assert.All(y, value => Assert.Equal(7 * weight, value, 0.01f));
    }

    [Theory]
    [InlineData(30)] // all products of eight inputs fit in 16 bits
    [InlineData(127)] // some
    public void Sums_in_pairs_are_the_same(int greatest)
    {
        const int Wide = 20; // two pairs of quads and one by itself
        var random = new Random(greatest);
        sbyte[] weights =
        [
            .. Enumerable.Range(0, Outputs * Wide).Select(_ => (sbyte)random.Next(-greatest, greatest + 1)),
        ];
        float[] x = [.. Enumerable.Range(0, Wide * 40).Select(_ => random.NextSingle())];

        float[] paired = NativeKernels.RunPointwise(set, weights, 1, new float[Outputs], x, 40);
        float[] plain = NativeKernels.RunPointwise(set, weights, 1, new float[Outputs], x, 40, inPairs: false);

        Assert.Equal(plain, paired);
    }

    [Fact]
    public void Zero_pixels_give_the_biases()
    {
        float[] biases = [1, -2, 3, -4, 5, -6, 7];
        float[] y = NativeKernels.RunPointwise(set, Weights(new Random(1)), 1, biases, new float[Inputs * 20], 20);

        Assert.All(y, (value, i) => Assert.Equal(biases[i / 20], value));
    }

    [Theory]
    [InlineData(1e-42f)] // below the least normal number
    [InlineData(1e-36f)]
    [InlineData(1e30f)]
    [InlineData(3e38f)] // the range of a pixel is more than a float holds
    public void Tiny_and_huge_pixels_give_numbers(float size)
    {
        var random = new Random(2);
        float[] x = Image(20, _ => size * (random.NextSingle() * 2 - 1));

        float[] y = NativeKernels.RunPointwise(set, Weights(random), 1e-3f, new float[Outputs], x, 20);

        // No sum of the pixel's channels is greater than this.
        double greatest = 1e-3 * 127 * Inputs * size;
        Assert.All(y, value => Assert.InRange(value, -greatest, greatest));
    }

    [Fact]
    public void A_pixel_does_not_depend_on_its_neighbors()
    {
        var random = new Random(3);
        sbyte[] weights = Weights(random);
        float[] x = Image(70, _ => random.NextSingle() * 2 - 1);
        float[] whole = NativeKernels.RunPointwise(set, weights, 1, new float[Outputs], x, 70);

        for (int pixel = 0; pixel < 70; pixel++)
        {
            float[] alone = new float[Inputs];
            for (int c = 0; c < Inputs; c++)
            {
                alone[c] = x[c * 70 + pixel];
            }

            float[] y = NativeKernels.RunPointwise(set, weights, 1, new float[Outputs], alone, 1);
            Assert.All(y, (value, o) => Assert.Equal(whole[o * 70 + pixel], value));
        }
    }

    private void AssertWithinHalfStep(float[] x, int pixels, Random random)
    {
        sbyte[] weights = Weights(random);
        float[] y = NativeKernels.RunPointwise(set, weights, 1, new float[Outputs], x, pixels);
        double[] expected = Expected(weights, x, pixels);
        for (int i = 0; i < y.Length; i++)
        {
            double allowed = Allowed(weights, x, i / pixels, i % pixels, pixels);
            Assert.InRange(y[i], expected[i] - allowed, expected[i] + allowed);
        }
    }

    private double Allowed(sbyte[] weights, float[] x, int output, int pixel, int pixels)
    {
        (double low, double high, double sum) = (double.MaxValue, double.MinValue, 0);
        for (int c = 0; c < Inputs; c++)
        {
            (low, high) = (Math.Min(low, x[c * pixels + pixel]), Math.Max(high, x[c * pixels + pixel]));
            sum += Math.Abs(weights[output * Inputs + c]);
        }

        double rounding = 1e-5 * Math.Max(Math.Abs(low), Math.Abs(high)) * sum;
        return (high - low) / steps / 2 * sum + rounding;
    }

    private static double[] Expected(sbyte[] weights, float[] x, int pixels)
    {
        double[] y = new double[Outputs * pixels];
        for (int i = 0; i < y.Length; i++)
        {
            for (int c = 0; c < Inputs; c++)
            {
                y[i] += (double)weights[i / pixels * Inputs + c] * x[c * pixels + i % pixels];
            }
        }

        return y;
    }

    private static float[] Image(int pixels, Func<int, float> value) =>
        [.. Enumerable.Range(0, Inputs * pixels).Select(i => value(i % pixels))];

    private static sbyte[] Weights(Random random) =>
        [.. Enumerable.Range(0, Outputs * Inputs).Select(_ => (sbyte)random.Next(-127, 128))];
}

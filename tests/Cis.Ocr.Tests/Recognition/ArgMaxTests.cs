using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public class ArgMaxTests
{
    [Fact]
    public void The_index_is_that_of_a_scalar_search_at_every_length() => CompareWithScalarSearch(new Random(11));

    [Fact]
    public void Of_equal_values_the_first_counts()
    {
        float[] values = new float[50];
        values[17] = values[33] = values[49] = 2;

        Assert.Equal(17, ArgMax.Of(values));
    }

    [Fact]
    public void Values_that_are_no_numbers_give_the_blank()
    {
        float[] values = new float[30];
        Array.Fill(values, float.NaN);

        Assert.Equal(0, ArgMax.Of(values));
    }

    /// <summary>Also run with subnormals flushed to zero, as engines do.</summary>
    internal static int CompareWithScalarSearch(Random random)
    {
        for (int length = 1; length < 100; length++)
        {
            float[] values = new float[length];
            foreach (ref float value in values.AsSpan())
            {
                value = random.Next(-20, 20);
            }

            Assert.Equal(Array.IndexOf(values, values.Max()), ArgMax.Of(values));
        }

        return random.Next();
    }
}

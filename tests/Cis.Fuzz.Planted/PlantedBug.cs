namespace Cis.Fuzz.Planted;

/// <summary>
/// A parser with a bug that only an input finds which passes six conditions, one inside the other: one in 2^48 at random.
/// Whoever finds it has learnt from each condition on the way.
/// </summary>
internal static class PlantedBug
{
    internal static int Parse(ReadOnlySpan<byte> input)
    {
        int passed = 0;
        if (input.Length > 8 && input[0] == 'c')
        {
            passed++;
            if (input[1] == 'i')
            {
                passed++;
                if (input[2] == 's')
                {
                    passed++;
                    if (input[4] > 0xF0)
                    {
                        passed++;
                        if (input[5] == (input[4] ^ 0x5A))
                        {
                            passed++;
                            if (input[7] == input[3] + 1)
                            {
                                throw new InvalidOperationException("the planted bug");
                            }
                        }
                    }
                }
            }
        }

        return passed;
    }
}

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// The runtime's blocked layout (NCHWc): it keeps channels in blocks, of 16 where the CPU has AVX-512 and of 8 where it
/// has AVX2, pads the last block, and goes back to rows around operators that need whole blocks.
/// </summary>
internal static class Blocks
{
    /// <summary>The block on AVX-512, which the machines that cis is made for have.</summary>
    public const int Size = 16;

    /// <summary>The next count of channels that fills its blocks.</summary>
    public static int RoundUp(int channels) => (channels + Size - 1) / Size * Size;
}

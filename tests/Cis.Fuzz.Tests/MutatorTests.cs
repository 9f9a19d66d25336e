using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Cis.Fuzz.Documents;
using Cis.Fuzz.Loop;

namespace Cis.Fuzz.Tests;

public sealed class MutatorTests
{
    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        byte[][] Inputs()
        {
            var mutator = new Mutator(new Random(7), ["word"], most: 64);
            return
            [
                .. Enumerable
                    .Range(0, 500)
                    .Select(_ => mutator.Change("abcdefgh 123"u8.ToArray(), "other"u8.ToArray())),
            ];
        }

        byte[][] inputs = Inputs();

        Assert.Equal(inputs, Inputs());
        Assert.All(inputs, input => Assert.InRange(input.Length, 0, 64));
        Assert.InRange(inputs.Select(Convert.ToHexString).Distinct().Count(), 400, 500);
    }

    [Fact]
    public void Changed_chunks_of_a_png_have_right_checksums()
    {
        byte[] png = File.ReadAllBytes(FuzzProgram.PathOf("tests", "data", "images", "color.png"));
        var random = new Random(3);
        int whole = 0;
        for (int i = 0; i < 200; i++)
        {
            byte[] changed = PngMutator.Change(png, random);
            Assert.True(changed.AsSpan().StartsWith(PngMutator.Signature[..Math.Min(8, changed.Length)]));
            whole += HasRightChecksums(changed) ? 1 : 0;
        }

        // The others are cut off, or have a length that is none.
        Assert.InRange(whole, 140, 200);
    }

    [Fact]
    public void A_changed_pdf_is_a_pdf_mostly()
    {
        byte[] pdf = File.ReadAllBytes(FuzzProgram.PathOf("tests", "Cis.Fuzz", "corpus", "documents", "seed-text.pdf"));
        var random = new Random(3);
        string[] changed =
        [
            .. Enumerable.Range(0, 200).Select(_ => Encoding.Latin1.GetString(DocumentMutator.Change(pdf, random))),
        ];

        Assert.InRange(changed.Distinct(StringComparer.Ordinal).Count(), 190, 200);
        Assert.InRange(changed.Count(text => text.Contains("endobj", StringComparison.Ordinal)), 160, 200);
    }

    private static bool HasRightChecksums(byte[] png)
    {
        for (int at = 8; at < png.Length; )
        {
            long end =
                at + 12 <= png.Length ? at + 12 + BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at)) : long.MaxValue;
            if (end > png.Length)
            {
                return false;
            }

            uint told = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan((int)end - 4));
            if (told != Crc32.HashToUInt32(png.AsSpan(at + 4, (int)end - at - 8)))
            {
                return false;
            }

            at = (int)end;
        }

        return true;
    }
}

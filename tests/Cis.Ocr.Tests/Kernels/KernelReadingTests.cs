using Cis.Ocr.Kernels;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Kernels;

public class KernelReadingTests
{
    public static MatrixTheoryData<string, KernelSet> DocumentsAndKernels { get; } =
        new(
            ["scan.pdf", "fax.tiff", "photo.jpg", "japanese.png"],
            [KernelSet.Vnni, KernelSet.Avx512, KernelSet.AvxVnni, KernelSet.Avx2]
        );

    [Theory]
    [MemberData(nameof(DocumentsAndKernels))]
    public void Sample_pages_are_read_in_8_bits_with_next_to_no_errors(string document, KernelSet kernels)
    {
        IReadOnlyList<PageText> pages = Readings.Of(document, "v6", kernels: kernels);

        string text = string.Join("\n\n", pages.Select(page => page.Text));
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf(document), text), 0, 0.01);
    }

    [Theory]
    [InlineData(KernelSet.Vnni)]
    [InlineData(KernelSet.Avx512)]
    [InlineData(KernelSet.AvxVnni)]
    [InlineData(KernelSet.Avx2)]
    public void Lines_in_8_bits_are_where_and_as_sure_as_those_in_32(KernelSet kernels)
    {
        PageText expected = Readings.Of("fax.tiff", "v6")[0];
        PageText actual = Readings.Of("fax.tiff", "v6", kernels: kernels)[0];

        Assert.Equal(expected.Lines.Count, actual.Lines.Count);
        for (int i = 0; i < expected.Lines.Count; i++)
        {
            Assert.InRange(actual.Lines[i].Confidence, expected.Lines[i].Confidence - 0.05f, 1);
            // Less than two of the detector's pixels.
            Assert.InRange(
                actual.Lines[i].Box.TopLeft.Y,
                expected.Lines[i].Box.TopLeft.Y - 4,
                expected.Lines[i].Box.TopLeft.Y + 4
            );
        }
    }

    [Fact]
    public void Kernels_are_used_where_they_run_and_are_wanted()
    {
        nint library = NativeKernels.Load(KernelSet.Avx2);

        Assert.Equal(KernelSet.Avx2, new KernelLibrary(library, KernelSet.Avx2).Set);
        // Where AVX2 alone is no faster than floats, it is used by name only.
        Assert.InRange(new KernelLibrary(library, KernelSet.Avx512).Set, KernelSet.None, KernelSet.Avx512);
        Assert.InRange(new KernelLibrary(library, KernelSet.Vnni).Set, KernelSet.None, KernelSet.Vnni);
        Assert.Equal(KernelSet.None, new KernelLibrary(library, KernelSet.None).Set);
        Assert.Equal(KernelSet.None, new KernelLibrary(library: 0, KernelSet.Vnni).Set);
    }

    [Fact]
    public void The_sets_of_kernels_are_of_different_precision_and_each_runs_where_it_is_asked_for()
    {
        PageText vnni = Readings.Of("scan.pdf", "v6", kernels: KernelSet.Vnni)[0];
        PageText avx512 = Readings.Of("scan.pdf", "v6", kernels: KernelSet.Avx512)[0];

        Assert.NotEqual(vnni.Lines.Select(line => line.Confidence), avx512.Lines.Select(line => line.Confidence));
    }

    [Fact]
    public void A_family_without_graphs_for_kernels_is_read_as_it_is()
    {
        Assert.Equal(
            Readings.Of("photo.jpg", "v4").Select(page => page.Text),
            Readings.Of("photo.jpg", "v4", KernelSet.Avx2).Select(page => page.Text)
        );
    }
}

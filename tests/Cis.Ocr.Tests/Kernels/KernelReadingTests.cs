using Cis.Ocr.Models;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Kernels;

public class KernelReadingTests
{
    [Theory]
    [InlineData("scan.pdf")]
    [InlineData("fax.tiff")]
    [InlineData("photo.jpg")]
    [InlineData("japanese.png")]
    public void Sample_pages_are_read_in_8_bits_with_next_to_no_errors(string document)
    {
        IReadOnlyList<PageText> pages = Readings.Of(document, kernels: NativeKernels.Load());

        string text = string.Join("\n\n", pages.Select(page => page.Text));
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf(document), text), 0, 0.01);
    }

    [Fact]
    public void Lines_in_8_bits_are_where_and_as_sure_as_those_in_32()
    {
        PageText expected = Readings.Of("fax.tiff")[0];
        PageText actual = Readings.Of("fax.tiff", kernels: NativeKernels.Load())[0];

        Assert.Equal(expected.Lines.Count, actual.Lines.Count);
        for (int i = 0; i < expected.Lines.Count; i++)
        {
            Assert.InRange(actual.Lines[i].Confidence, expected.Lines[i].Confidence - 0.05f, 1);
            Assert.InRange(
                actual.Lines[i].Box.TopLeft.Y,
                expected.Lines[i].Box.TopLeft.Y - 3,
                expected.Lines[i].Box.TopLeft.Y + 3
            );
        }
    }

    [Fact]
    public void Kernels_are_used_where_they_run_and_are_wanted()
    {
        nint kernels = NativeKernels.Load();

        Assert.True(LoadedModels.Of("v6", kernels).UsesKernels);
        Assert.False(LoadedModels.Of("v6").UsesKernels);
        using OcrModels unwanted = Load(kernels, new OcrOptions { UseKernels = false });
        Assert.False(unwanted.UsesKernels);
    }

    [Fact]
    public void A_family_without_graphs_for_kernels_is_read_as_it_is()
    {
        nint kernels = NativeKernels.Load();

        Assert.Equal(
            Readings.Of("photo.jpg", "v4").Select(page => page.Text),
            Readings.Of("photo.jpg", "v4", kernels).Select(page => page.Text)
        );
    }

    private static OcrModels Load(nint kernels, OcrOptions options) =>
        MainThread.Invoke(() =>
            OcrModels.Load(
                TestFiles.Library("libonnxruntime.so"),
                kernels,
                new FolderModelFiles(TestFiles.Family("v6")),
                options
            )
        );
}

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

/// <summary>PP-OCRv6 tiny before PP-OCRv6 small, on pages of tests/data.</summary>
public sealed class FirstReadingTests
{
    private static readonly OcrOptions s_alone = new() { FirstReader = false };

    [Fact]
    public void Of_a_page_of_print_the_large_recognizer_reads_a_fraction_and_the_text_is_as_good()
    {
        (string text, long columns) = Read("fax.tiff", new OcrOptions());
        (_, long alone) = Read("fax.tiff", s_alone);

        Assert.InRange(columns, 0, alone / 2);
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf("fax.tiff"), text), 0, 0.01);
    }

    [Theory]
    [InlineData("hungarian.png")] // has ű and ő
    [InlineData("japanese.png")]
    [InlineData("japanese-vertical.png")]
    [InlineData("russian.png")]
    public void A_page_in_letters_that_the_first_reader_lacks_is_read_as_by_the_large_one_alone(string document)
    {
        Assert.Equal(Read(document, s_alone).Text, Read(document, new OcrOptions()).Text);
    }

    [Fact]
    public void A_family_without_a_first_reader_is_read_by_its_recognizer()
    {
        using OcrModels models = Load(new WithoutFirst(Files()), new OcrOptions());

        Assert.Null(models.First);
        Assert.Equal(Read("photo.jpg", s_alone), Read("photo.jpg", models, new OcrOptions()));
    }

    [Fact]
    public void Words_that_the_two_have_read_lie_side_by_side_on_their_line()
    {
        PageText page = Readings.Of("fax.tiff", "v6")[0];

        foreach (TextLine line in page.Lines)
        {
            Assert.All(
                line.Words.Zip(line.Words.Skip(1)),
                pair => Assert.True(pair.First.Box.Right <= pair.Second.Box.Left + 1)
            );
            Assert.All(line.Words, word => Assert.InRange(word.Box.Left, line.Box.Left - 1, line.Box.Right));
            Assert.All(line.Words, word => Assert.InRange(word.Confidence, 0.3f, 1));
        }
    }

    /// <summary>The text of a document, and the columns that the large recognizer has read.</summary>
    private static (string Text, long Columns) Read(string document, OcrOptions options)
    {
        using OcrModels models = Load(Files(), options);
        Assert.SkipUnless(!options.FirstReader || models.First is not null, "The v6 models are without tiny.");
        return Read(document, models, options);
    }

    private static (string Text, long Columns) Read(string document, OcrModels models, OcrOptions options) =>
        MainThread.Invoke(() =>
        {
            var columns = new ColumnCounter(new OnnxLineRecognizer(models.Recognizer));
            using var engine = new OcrEngine(models, options, columns);
            using var image = new PageImage();
            var text = new StringBuilder();
            foreach (Picture page in SamplePages.Of(document))
            {
                text.Append(text.Length == 0 ? "" : "\n\n").Append(engine.Read(page, image).Text);
            }

            return (text.ToString(), columns.Columns);
        });

    private static FolderModelFiles Files() => new(TestFiles.Family("v6"));

    private static OcrModels Load(IModelFiles files, OcrOptions options)
    {
        _ = LoadedModels.Packed;
        nint library = TestFiles.Library("libonnxruntime.so");
        return MainThread.Invoke(() => OcrModels.Load(library, 0, files, options));
    }

    private sealed class ColumnCounter(ILineRecognizer recognizer) : ILineRecognizer
    {
        public long Columns { get; private set; }

        public Span<float> Input(int width) => recognizer.Input(width);

        public void Run(int width, RunControl control, ScoreConsumer consume)
        {
            Columns += width;
            recognizer.Run(width, control, consume);
        }

        public void Dispose() => recognizer.Dispose();
    }

    /// <summary>The family as it is built where tiny cannot be fetched.</summary>
    private sealed unsafe class WithoutFirst(IModelFiles files) : IModelFiles
    {
        public ModelBytes Open(string name)
        {
            ModelBytes bytes = files.Open(name);
            if (name != ModelFamily.FileName)
            {
                return bytes;
            }

            JsonObject family = JsonNode.Parse(bytes.Span)!.AsObject();
            family.Remove("first");
            byte[] json = Encoding.UTF8.GetBytes(family.ToJsonString());
            byte* memory = (byte*)NativeMemory.Alloc((nuint)json.Length);
            json.CopyTo(new Span<byte>(memory, json.Length));
            return new ModelBytes(memory, json.Length);
        }
    }
}

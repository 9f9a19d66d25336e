using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Cis.Ocr.Models;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests.Models;

public class OcrModelsTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    [InlineData("all")]
    public void Every_vocabulary_of_a_family_reads_english(string language)
    {
        Picture photo = SamplePages.Of("photo.jpg")[0];
        // Without the first reader, which is not for all of them.
        var alone = new OcrOptions { FirstReader = false };

        Assert.Equal(Read(alone), Read(alone with { Languages = [language] }));

        string Read(OcrOptions options)
        {
            using OcrModels models = Load(new FolderModelFiles(TestFiles.Family("v6")), options);
            return Readings.WithEngine(models, options, (engine, image) => engine.Read(photo, image).Text);
        }
    }

    [Fact]
    public void The_english_v4_recognizer_parts_words_by_its_raised_spaces()
    {
        Picture photo = SamplePages.Of("photo.jpg")[0];
        var options = new OcrOptions { Languages = ["en"] };
        var files = new FolderModelFiles(TestFiles.Family("v4"));
        using OcrModels raised = Load(files, options);
        using OcrModels plain = Load(new WithoutSpaceFactor(files), options);

        Assert.Equal((10, 1), (raised.Recognizer.Model.SpaceFactor, plain.Recognizer.Model.SpaceFactor));
        Assert.True(Words(raised) > Words(plain));

        int Words(OcrModels models) =>
            Readings
                .WithEngine(models, options, (engine, image) => engine.Read(photo, image))
                .Lines.Sum(l => l.Words.Count);
    }

    [Theory]
    [InlineData(".onnx")]
    [InlineData(".bin")]
    public void A_damaged_model_is_reported_as_one_that_cannot_be_loaded(string extension)
    {
        var files = new Damaged(new FolderModelFiles(TestFiles.Family("v6")), extension);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Load(files, new OcrOptions()));

        Assert.Contains("PP-OCRv6 small", e.Message, StringComparison.Ordinal);
    }

    private static OcrModels Load(IModelFiles files, OcrOptions options)
    {
        _ = LoadedModels.Packed;
        nint library = TestFiles.Library("libonnxruntime.so");
        return MainThread.Invoke(() => OcrModels.Load(library, 0, files, options));
    }

    /// <summary>A family as it was before the compiler wrote the factor.</summary>
    private sealed unsafe class WithoutSpaceFactor(IModelFiles files) : IModelFiles
    {
        public ModelBytes Open(string name)
        {
            ModelBytes bytes = files.Open(name);
            if (name != ModelFamily.FileName)
            {
                return bytes;
            }

            JsonNode family = JsonNode.Parse(bytes.Span)!;
            foreach (JsonNode? recognizer in family["recognizers"]!.AsArray())
            {
                recognizer!.AsObject().Remove("spaceFactor");
            }

            ReadOnlySpan<byte> json = Encoding.UTF8.GetBytes(family.ToJsonString());
            byte* memory = (byte*)NativeMemory.Alloc((nuint)json.Length);
            json.CopyTo(new Span<byte>(memory, json.Length));
            return new ModelBytes(memory, json.Length);
        }
    }

    /// <summary>Cuts files of one kind short.</summary>
    private sealed unsafe class Damaged(IModelFiles files, string extension) : IModelFiles
    {
        public ModelBytes Open(string name)
        {
            ModelBytes bytes = files.Open(name);
            bool cut = name.EndsWith(extension, StringComparison.Ordinal);
            return new ModelBytes(bytes.Address, cut ? bytes.Length / 4 : bytes.Length);
        }
    }
}

using Cis.ModelCompiler.Families;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Vocabularies;
using Microsoft.ML.OnnxRuntime;

namespace Cis.ModelCompiler.Tests.Parity;

/// <summary>
/// The gate: on lines of real pages a compiled model gives the stock model's logits to 1e-3, and the same text.
/// </summary>
public sealed class ParityTests
{
    private const float Tolerance = 1e-3f;

    [Theory]
    [InlineData("v6", "v6", "fax-page.png", "japanese.png")]
    [InlineData("v4", "en", "fax-page.png")]
    [InlineData("v4", "latin", "fax-page.png")]
    [InlineData("v4", "ja", "japanese.png")]
    [InlineData("v4", "zh", "japanese.png")]
    public void A_compiled_recognizer_reads_what_the_stock_one_reads(
        string familyName,
        string name,
        params string[] pages
    )
    {
        var family = CompiledFamily.Get(familyName);
        RecognizerEntry recognizer = family.Manifest.Recognizers.Single(entry => entry.Name == name);
        HeadEntry head = recognizer.Heads[^1];
        string[] characters = family.Characters(head.Characters);
        RecognizerSource source = family.Source.Recognizers.Single(source => source.Name == name);
        int[] order = StockClasses(source);
        using InferenceSession stock = CompiledFamily.Stock(source.Path);
        using InferenceSession backbone = family.Compiled(recognizer.Backbone);
        using InferenceSession? classes = head.File is null ? null : family.Compiled(head.File);

        var lines = SourceModels.Pages(pages).SelectMany(page => TextLines.Of(page).Skip(1).Take(2)).ToList();
        Assert.NotEmpty(lines);
        foreach ((float[]? pixels, int width) in lines)
        {
            float[] expected = Reordered(Runtime.Run(stock, pixels, 1, 3, 48, width), order);
            float[] actual = Logits(backbone, classes, pixels, width);

            AssertWithin(expected, actual);
            Assert.Equal(Text(expected, characters), Text(actual, characters));
        }
    }

    [Fact]
    public void A_compiled_first_reader_reads_what_the_stock_one_reads()
    {
        var family = CompiledFamily.Get("v6");
        Assert.SkipUnless(family.Source.First is not null, "The v6 models are without tiny: run ./build.sh test.");
        RecognizerSource source = family.Source.First!;
        RecognizerEntry recognizer = family.Manifest.First!;
        string[] characters = family.Characters(recognizer.Heads[0].Characters);
        int[] order = StockClasses(source);
        using InferenceSession stock = CompiledFamily.Stock(source.Path);
        using InferenceSession backbone = family.Compiled(recognizer.Backbone);
        using InferenceSession classes = family.Compiled(recognizer.Heads[0].File!);
        int stockClasses = ModelChecks.Classes(Graph.Load(source.Path));

        foreach (
            (float[]? pixels, int width) in TextLines.Of(SourceModels.Pages("fax-page.png").First()).Skip(1).Take(3)
        )
        {
            float[] expected = SomeClasses(Runtime.Run(stock, pixels, 1, 3, 48, width), stockClasses, order);
            float[] features = Runtime.Run(backbone, pixels, 1, 3, 48, width);
            int steps = expected.Length / order.Length;
            float[] actual = Runtime.Run(classes, features, 1, steps, features.Length / steps);

            AssertWithin(expected, actual);
            Assert.Equal(Text(expected, characters), Text(actual, characters));
        }
    }

    [Fact]
    public void A_head_of_some_scripts_gives_the_logits_of_the_whole_vocabulary()
    {
        var family = CompiledFamily.Get("v6");
        RecognizerEntry recognizer = family.Manifest.Recognizers[0];
        using InferenceSession backbone = family.Compiled(recognizer.Backbone);
        (float[]? pixels, int width) = TextLines.Of(SourceModels.Pages("fax-page.png").First()).First();
        float[] features = Runtime.Run(backbone, pixels, 1, 3, 48, width);
        Dictionary<string, float[]> everything = Head(recognizer.Heads[^1]);
        foreach (HeadEntry? head in recognizer.Heads.SkipLast(1))
        {
            Dictionary<string, float[]> some = Head(head);
            foreach (string character in some.Keys)
            {
                Runtime.AssertClose(everything[character], some[character], 1e-5f);
            }
        }

        // The logits along the line, by character; the blank is the empty one.
        Dictionary<string, float[]> Head(HeadEntry head)
        {
            using InferenceSession session = family.Compiled(head.File!);
            string[] characters = ["", .. family.Characters(head.Characters)];
            float[] logits = Runtime.Run(session, features, 1, features.Length / 120, 120);
            float[][] columns = logits.Chunk(characters.Length).ToArray();
            return characters
                .Select((character, k) => (character, Along: Array.ConvertAll(columns, column => column[k])))
                .ToDictionary(pair => pair.character, pair => pair.Along);
        }
    }

    [Fact]
    public void The_english_v4_recognizer_is_the_one_whose_spaces_are_raised()
    {
        var raised = CompiledFamily.Get("v4").Manifest.Recognizers.ToDictionary(r => r.Name, r => r.SpaceFactor);

        Assert.Equal(
            new()
            {
                ["en"] = 10,
                ["latin"] = null,
                ["ja"] = null,
                ["zh"] = null,
            },
            raised
        );
    }

    [Theory]
    [InlineData("v6")]
    [InlineData("v4")]
    public void A_compiled_detector_finds_what_the_stock_one_finds(string familyName)
    {
        var family = CompiledFamily.Get(familyName);
        using InferenceSession stock = CompiledFamily.Stock(family.Source.Detector);
        using InferenceSession compiled = family.Compiled(family.Manifest.Detector.File);
        foreach (GrayImage page in SourceModels.Pages("fax-page.png", "japanese.png"))
        {
            (float[]? pixels, int height, int width) = DetectorInput(page, family.Manifest.Detector);
            AssertWithin(
                Runtime.Run(stock, pixels, 1, 3, height, width),
                Runtime.Run(compiled, pixels, 1, 3, height, width)
            );
        }
    }

    /// <summary>For each class of the compiled recognizer's largest head, that of the stock one.</summary>
    private static int[] StockClasses(RecognizerSource source)
    {
        var graph = Graph.Load(source.Path);
        var vocabulary = SourceVocabulary.Of(graph, source.Path, source.Dictionary, ModelChecks.Classes(graph));
        return [0, .. vocabulary.NestedPlaces(source.Heads).Last().Select(place => place + 1)];
    }

    private static float[] SomeClasses(float[] logits, int classes, int[] order) =>
        [.. logits.Chunk(classes).SelectMany(column => order.Select(k => column[k]))];

    private static float[] Reordered(float[] logits, int[] order) =>
        [.. logits.Chunk(order.Length).SelectMany(column => order.Select(k => column[k]))];

    private static float[] Logits(InferenceSession backbone, InferenceSession? head, float[] pixels, int width)
    {
        float[] output = Runtime.Run(backbone, pixels, 1, 3, 48, width);
        return head is null ? output : Runtime.Run(head, output, 1, output.Length / 120, 120);
    }

    private static string Text(float[] logits, string[] characters)
    {
        int classes = characters.Length + 1;
        var best = logits.Chunk(classes).Select(column => Array.IndexOf(column, column.Max())).ToList();
        return string.Concat(
            best.Where((k, t) => k > 0 && (t == 0 || best[t - 1] != k)).Select(k => characters[k - 1])
        );
    }

    private static void AssertWithin(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        float worst = expected.Zip(actual, (a, b) => MathF.Abs(a - b)).Max();
        Assert.True(worst < Tolerance, $"The outputs differ by {worst}.");
    }

    /// <summary>The page cut to sides that are multiples of 32, at most 960, and normalized.</summary>
    private static (float[] Pixels, int Height, int Width) DetectorInput(GrayImage page, DetectorEntry detector)
    {
        (int height, int width) = (Math.Min(page.Height, 960) / 32 * 32, Math.Min(page.Width, 960) / 32 * 32);
        float[] pixels = new float[3 * height * width];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int channel, int y, int x) = (i / (height * width), i / width % height, i % width);
            pixels[i] = (page.Row(y)[x] / 255f - detector.Mean[channel]) / detector.Std[channel];
        }
        return (pixels, height, width);
    }
}

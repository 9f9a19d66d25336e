using System.Globalization;
using Cis.Documents;
using Cis.Ocr;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>
/// Reads images with lines of a given width and prints how many columns were recognized: what bench.py makes the table of
/// line widths from.
/// </summary>
internal static class WidthReader
{
    /// <summary><c>widths FAMILY OUT SQUEEZE SURE IMAGE...</c>: each image's text goes to OUT.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var options = new OcrOptions
        {
            Squeeze = float.Parse(arguments[2], CultureInfo.InvariantCulture),
            FirstReader = false,
            SureLine = float.Parse(arguments[3], CultureInfo.InvariantCulture),
        };
        var libraries = new LooseLibraries();
        using var files = new LooseModelFiles(arguments[0]);
        using var models = OcrModels.Load(
            libraries.Load("libonnxruntime.so"),
            libraries.Load("libciskernels.so"),
            files,
            options
        );
        var columns = new ColumnCounter(new OnnxLineRecognizer(models.Recognizer));
        using var engine = new OcrEngine(models, options, columns);
        using var reader = new DocumentReader(libraries);
        foreach (string image in arguments[4..])
        {
            string name = Path.GetFileName(image).Split('.')[0];
            File.WriteAllText(Path.Combine(arguments[1], $"{name}.txt"), Read(engine, reader, image));
        }

        Console.WriteLine(columns.Columns);
        return 0;
    }

    private static string Read(OcrEngine engine, DocumentReader reader, string path)
    {
        var reading = new ReadingOptions();
        using var page = new PageImage();
        using var source = DocumentSource.FromFile(path, reading.Limits);
        using IDocument document = reader.Open(source, reading);
        document.Read(0, page, CancellationToken.None);
        return engine.Read(page, new StageTimes(), CancellationToken.None).Text;
    }

    /// <summary>Counts the columns that pass.</summary>
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
}

using System.Diagnostics;
using System.Globalization;
using Cis.Documents;
using Cis.Ocr;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>
/// Reads each page twice, one after the other: without the first reader and with it. Prints the CPU seconds of both, and
/// leaves their texts to be scored.
/// </summary>
internal static class FirstReaderReport
{
    private static readonly ReadingOptions s_reading = new() { TextLayer = TextLayerMode.Never };

    /// <summary><c>first FAMILY OUT FILE...</c>: texts go to OUT/off and OUT/on.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string output = arguments[1];
        var libraries = new LooseLibraries();
        using var files = new LooseModelFiles(arguments[0]);
        using var reader = new DocumentReader(libraries);
        OcrEngine off = Load(libraries, files, first: false);
        OcrEngine on = Load(libraries, files, first: true);
        bool warm = false;
        foreach (string path in arguments[2..])
        {
            using var page = new PageImage();
            using var source = DocumentSource.FromFile(path, s_reading.Limits);
            using IDocument document = reader.Open(source, s_reading);
            string name = Path.GetFileName(path).Split('.')[0];
            for (int i = 0; i < document.PageCount; i++)
            {
                document.Read(i, page, CancellationToken.None);
                if (!warm)
                {
                    off.Read(page, new StageTimes(), CancellationToken.None);
                    on.Read(page, new StageTimes(), CancellationToken.None);
                    warm = true;
                }

                string suffix = document.PageCount == 1 ? "" : $"-{i:D3}";
                double without = Timed(off, page, Path.Combine(output, "off", $"{name}{suffix}.txt"));
                double with = Timed(on, page, Path.Combine(output, "on", $"{name}{suffix}.txt"));
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{name}{suffix} {without:F3} {with:F3}")
                );
            }
        }

        return 0;
    }

    private static OcrEngine Load(LooseLibraries libraries, LooseModelFiles files, bool first)
    {
        var options = new OcrOptions { FirstReader = first };
        var models = OcrModels.Load(
            libraries.Load("libonnxruntime.so"),
            libraries.Load("libciskernels.so"),
            files,
            options
        );
        return new OcrEngine(models, options);
    }

    private static double Timed(OcrEngine engine, PageImage page, string path)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        string text = engine.Read(page, new StageTimes(), CancellationToken.None).Text;
        TimeSpan spent = Process.GetCurrentProcess().TotalProcessorTime - before;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return spent.TotalSeconds;
    }
}

using System.Diagnostics;
using System.Globalization;
using Cis.Documents;
using Cis.Ocr;
using Cis.Ocr.Kernels;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>
/// Reads the pages of a PDF on one thread with any model family and prints the CPU seconds a page took, rendering left
/// out: one side of the comparison with the stock models that bench.py makes.
/// </summary>
internal static class PageTimer
{
    /// <summary><c>pages PDF FAMILY [--stock] [--no-kernels]</c>.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        bool stock = arguments.Contains("--stock");
        bool kernels = !stock && !arguments.Contains("--no-kernels");
        var options = new OcrOptions
        {
            Languages = stock ? ["all"] : new OcrOptions().Languages,
            TuneRuntime = !stock,
            Kernels = kernels ? KernelSet.Vnni : KernelSet.None,
        };
        var libraries = new LooseLibraries();
        using var files = new LooseModelFiles(arguments[1]);
        using var models = OcrModels.Load(
            libraries.Load("libonnxruntime.so"),
            kernels ? libraries.Load("libciskernels.so") : 0,
            files,
            options
        );
        Console.WriteLine(
            SecondsPerPage(models, options, libraries, arguments[0]).ToString("F3", CultureInfo.InvariantCulture)
        );
        return 0;
    }

    private static double SecondsPerPage(OcrModels models, OcrOptions options, LooseLibraries libraries, string path)
    {
        using var engine = new OcrEngine(models, options);
        using var page = new PageImage();
        using var reader = new DocumentReader(libraries);
        var reading = new ReadingOptions { TextLayer = TextLayerMode.Never };
        using var source = DocumentSource.FromFile(path, reading.Limits);
        using IDocument document = reader.Open(source, reading);
        var times = new StageTimes();
        document.Read(0, page, CancellationToken.None);

        // The first reading compiles the code and grows the buffers.
        engine.Read(page, times, CancellationToken.None);
        TimeSpan spent = TimeSpan.Zero;
        for (int i = 0; i < document.PageCount; i++)
        {
            document.Read(i, page, CancellationToken.None);
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            engine.Read(page, times, CancellationToken.None);
            spent += Process.GetCurrentProcess().TotalProcessorTime - before;
        }

        return spent.TotalSeconds / document.PageCount;
    }
}

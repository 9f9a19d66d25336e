using System.Collections.Concurrent;
using Cis.Ocr.Kernels;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Tests.Support;

/// <summary>What an engine reads on pages, on a thread as the program's engines have.</summary>
internal static class Readings
{
    private static readonly ConcurrentDictionary<
        (string, string, KernelSet),
        Lazy<IReadOnlyList<PageText>>
    > s_documents = new();

    /// <summary>A document of tests/data, read once for all tests.</summary>
    public static IReadOnlyList<PageText> Of(string document, string? family = null, KernelSet kernels = KernelSet.None)
    {
        family ??= TestFiles.PackedFamily;
        IReadOnlyList<Picture> pages = SamplePages.Of(document);
        return s_documents
            .GetOrAdd(
                (document, family, kernels),
                _ => new Lazy<IReadOnlyList<PageText>>(() => Read(pages, family, kernels))
            )
            .Value;
    }

    /// <summary>Pages read one after another by an engine of their own, through one image.</summary>
    public static IReadOnlyList<PageText> Read(
        IReadOnlyList<Picture> pages,
        string? family = null,
        KernelSet kernels = KernelSet.None
    ) =>
        StartWithEngine((engine, image) => pages.Select(page => engine.Read(page, image)).ToList(), family, kernels)
            .GetAwaiter()
            .GetResult();

    /// <summary>Uses an engine on a thread of its own.</summary>
    public static T WithEngine<T>(Func<OcrEngine, PageImage, T> use, string? family = null) =>
        StartWithEngine(use, family).GetAwaiter().GetResult();

    /// <summary>Starts to use an engine on a thread of its own.</summary>
    public static Task<T> StartWithEngine<T>(
        Func<OcrEngine, PageImage, T> use,
        string? family = null,
        KernelSet kernels = KernelSet.None
    )
    {
        OcrModels models = LoadedModels.Of(family ?? TestFiles.PackedFamily, kernels);
        return StartWithEngine(models, new OcrOptions(), use);
    }

    /// <summary>Uses an engine of models of one's own.</summary>
    public static T WithEngine<T>(OcrModels models, OcrOptions options, Func<OcrEngine, PageImage, T> use) =>
        StartWithEngine(models, options, use).GetAwaiter().GetResult();

    /// <summary>Reads one picture.</summary>
    public static PageText Read(this OcrEngine engine, Picture picture, PageImage image)
    {
        picture.CopyTo(image);
        return engine.Read(image, new StageTimes(), CancellationToken.None);
    }

    private static Task<T> StartWithEngine<T>(
        OcrModels models,
        OcrOptions options,
        Func<OcrEngine, PageImage, T> use
    ) =>
        MainThread.Start(() =>
        {
            using var engine = new OcrEngine(models, options);
            using var image = new PageImage();
            return use(engine, image);
        });
}

using System.Collections.Concurrent;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Tests.Support;

/// <summary>What an engine reads on pages, on a thread as the program's engines have.</summary>
internal static class Readings
{
    private static readonly ConcurrentDictionary<(string, string), Lazy<IReadOnlyList<PageText>>> s_documents = new();

    /// <summary>A document of tests/data, read once for all tests.</summary>
    public static IReadOnlyList<PageText> Of(string document, string family = "v6")
    {
        IReadOnlyList<Picture> pages = SamplePages.Of(document);
        return s_documents
            .GetOrAdd((document, family), _ => new Lazy<IReadOnlyList<PageText>>(() => Read(pages, family)))
            .Value;
    }

    /// <summary>Pages read one after another by an engine of their own, through one image.</summary>
    public static IReadOnlyList<PageText> Read(IReadOnlyList<Picture> pages, string family = "v6") =>
        WithEngine((engine, image) => pages.Select(page => engine.Read(page, image)).ToList(), family);

    /// <summary>Uses an engine on a thread of its own.</summary>
    public static T WithEngine<T>(Func<OcrEngine, PageImage, T> use, string family = "v6") =>
        StartWithEngine(use, family).GetAwaiter().GetResult();

    /// <summary>Starts to use an engine on a thread of its own.</summary>
    public static Task<T> StartWithEngine<T>(Func<OcrEngine, PageImage, T> use, string family = "v6")
    {
        OcrModels models = LoadedModels.Of(family);
        return MainThread.Start(() =>
        {
            using var engine = new OcrEngine(models, new OcrOptions());
            using var image = new PageImage();
            return use(engine, image);
        });
    }

    /// <summary>Reads one picture.</summary>
    public static PageText Read(this OcrEngine engine, Picture picture, PageImage image)
    {
        picture.CopyTo(image);
        return engine.Read(image, new StageTimes(), CancellationToken.None);
    }
}

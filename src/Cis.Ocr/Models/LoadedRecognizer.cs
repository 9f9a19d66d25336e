using Cis.Ocr.Inference;

namespace Cis.Ocr.Models;

/// <summary>A recognizer in memory, with the vocabulary that was chosen for it.</summary>
/// <param name="model">What the family says of it.</param>
/// <param name="backbone">The graph from pixels to features, or to the classes where there is no head.</param>
/// <param name="head">The graph from features to classes.</param>
/// <param name="vocabulary">The characters of the classes.</param>
internal sealed class LoadedRecognizer(
    RecognizerModel model,
    InferenceSession backbone,
    InferenceSession? head,
    Vocabulary vocabulary
) : IDisposable
{
    /// <summary>What the family says of it.</summary>
    public RecognizerModel Model => model;

    /// <summary>The graph from pixels to features, or to the classes where there is no head.</summary>
    public InferenceSession Backbone => backbone;

    /// <summary>The graph from features to classes.</summary>
    public InferenceSession? Head => head;

    /// <summary>The characters of the classes.</summary>
    public Vocabulary Vocabulary => vocabulary;

    /// <inheritdoc/>
    public void Dispose()
    {
        head?.Dispose();
        backbone.Dispose();
    }
}

using Cis.Ocr.Inference;
using Cis.Ocr.Kernels;
using Cis.Pages;

namespace Cis.Ocr.Models;

/// <summary>The loaded models of one family, shared by all engines.</summary>
public sealed class OcrModels : IDisposable
{
    private readonly InferenceRuntime _runtime;

    private OcrModels(InferenceRuntime runtime, ModelFamily family)
    {
        _runtime = runtime;
        Family = family;
    }

    /// <summary>Which family this is.</summary>
    public ModelFamily Family { get; }

    internal KernelLibrary Kernels { get; private init; }

    /// <summary>
    /// One detection at a time in the process: it is 5 to 10 % of a page's work, but holds 14 MB of feature maps, 36 MB
    /// where it looks closer, which all engines share this way.
    /// </summary>
    internal Lock DetectionGate { get; } = new();

    /// <summary>The detector's input; used behind <see cref="DetectionGate"/> only.</summary>
    internal TensorBuffer DetectorInput { get; private set; } = null!;

    internal InferenceSession Detector { get; private set; } = null!;

    /// <summary>Reads all the languages, or where there is <see cref="Latin"/> those in East Asian scripts.</summary>
    internal LoadedRecognizer Recognizer { get; private set; } = null!;

    /// <summary>Reads Latin script, in a family that has a better recognizer for it; see <see cref="ScriptChoice"/>.</summary>
    internal LoadedRecognizer? Latin { get; private set; }

    /// <summary>Reads lines before <see cref="Recognizer"/> does, where it has all the letters: see <see cref="FirstChoice"/>.</summary>
    internal LoadedRecognizer? First { get; private set; }

    /// <summary>Which of its own kernels cis uses on this CPU with these options.</summary>
    /// <param name="kernelLibrary">A handle of the loaded libciskernels.</param>
    /// <param name="options">Names the kernels that are wanted.</param>
    public static KernelSet KernelsFor(nint kernelLibrary, OcrOptions options) =>
        new KernelLibrary(kernelLibrary, options.Kernels).Set;

    /// <summary>Loads the detector, and the recognizers and vocabularies that read the languages asked for.</summary>
    /// <param name="library">A handle of the loaded libonnxruntime.</param>
    /// <param name="kernelLibrary">A handle of the loaded libciskernels, or 0 to read without.</param>
    /// <param name="files">The compiled family.</param>
    /// <param name="options">Names the languages, and which kernels are wanted.</param>
    /// <exception cref="ReadException">No model of the family reads all the languages.</exception>
    /// <exception cref="InvalidDataException">The family's files do not fit together.</exception>
    public static OcrModels Load(nint library, nint kernelLibrary, IModelFiles files, OcrOptions options)
    {
        var kernels = new KernelLibrary(kernelLibrary, options.Kernels);
        var family = ModelFamily.Parse(files.Open(ModelFamily.FileName).Span);
        var choice = ScriptChoice.Of(family, options.Languages);
        var runtime = new InferenceRuntime(library, kernels, options.TuneRuntime);
        var models = new OcrModels(runtime, family) { Kernels = kernels };
        try
        {
            models.DetectorInput = new TensorBuffer();
            models.Detector = runtime.CreateSession(
                files,
                models.Fastest(family.Detector.File, family.Detector.Int8File),
                family.Detector.Weights
            );
            models.Recognizer = models.LoadRecognizer(files, choice.Main);
            models.Latin = choice.Latin is { } latin ? models.LoadRecognizer(files, latin) : null;
            models.First = FirstChoice.Of(family, options) is { } first ? models.LoadRecognizer(files, first) : null;
            return models;
        }
        catch (OnnxRuntimeException e)
        {
            models.Dispose();
            throw new InvalidDataException($"A model of the family {family.Family} cannot be loaded. {e.Message}", e);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DetectorInput?.Dispose();
        First?.Dispose();
        Latin?.Dispose();
        Recognizer?.Dispose();
        Detector?.Dispose();
        _runtime.Dispose();
    }

    private LoadedRecognizer LoadRecognizer(IModelFiles files, ChosenRecognizer chosen)
    {
        (RecognizerModel model, HeadModel head) = chosen;
        var vocabulary = new Vocabulary(files.Open(head.Characters).Span);
        InferenceSession backbone = _runtime.CreateSession(
            files,
            Fastest(model.Backbone, model.Int8Backbone),
            model.Weights
        );
        try
        {
            InferenceSession? last = head.File is null
                ? null
                : _runtime.CreateSession(files, head.File, model.HeadWeights);
            return new LoadedRecognizer(model, backbone, last, vocabulary);
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    private string Fastest(string file, string? kernelFile) => Kernels.IsAvailable ? kernelFile ?? file : file;
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cis.Ocr.Models;

/// <summary>What <c>family.json</c> says of a compiled PP-OCR family; written by Cis.ModelCompiler.</summary>
/// <param name="Family">For people: <c>PP-OCRv6 small</c>.</param>
/// <param name="Sha256">Of the source models, in hexadecimal: two builds with the same one read alike.</param>
/// <param name="Detector">The text detector.</param>
/// <param name="Recognizers">The line recognizers; the first that reads a language is taken for it.</param>
/// <param name="First">A small recognizer that reads lines before those; null where they read alone.</param>
public sealed record ModelFamily(
    string Family,
    string Sha256,
    DetectorModel Detector,
    IReadOnlyList<RecognizerModel> Recognizers,
    RecognizerModel? First = null
)
{
    /// <summary>The name of the file that describes a family.</summary>
    public const string FileName = "family.json";

    /// <summary>Reads the description of a family.</summary>
    /// <exception cref="InvalidDataException">The file is not such a description.</exception>
    public static ModelFamily Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            ModelFamily family =
                JsonSerializer.Deserialize(json, ModelFamilyJson.Default.ModelFamily)
                ?? throw new InvalidDataException($"{FileName} is empty.");
            family.Check();
            return family;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{FileName} does not describe a model family: {e.Message}", e);
        }
    }

    private void Check()
    {
        if (Detector.Mean.Count != 3 || Detector.Std.Count != 3)
        {
            throw new InvalidDataException(
                $"{FileName}: the detector's mean and std have a value each for 3 channels."
            );
        }

        foreach (RecognizerModel recognizer in First is null ? Recognizers : Recognizers.Append(First))
        {
            if (recognizer.Output is not (RecognizerModel.Logits or RecognizerModel.Probabilities))
            {
                throw new InvalidDataException(
                    $"{FileName}: the output of recognizer {recognizer.Name} is {RecognizerModel.Logits} or "
                        + $"{RecognizerModel.Probabilities}, not {recognizer.Output}."
                );
            }
        }
    }
}

/// <summary>A DB text detector.</summary>
/// <param name="File">The graph: [1,3,H,W] in, a probability map [1,1,H,W] out; H and W multiples of 32.</param>
/// <param name="Mean">Subtracted from each input channel (blue, green, red) after scaling to 0..1.</param>
/// <param name="Std">Divides each input channel after that.</param>
/// <param name="Int8File">The same graph for cis's own kernels, where it has something for them.</param>
/// <param name="Weights">The file of the weights that both graphs refer to; null where these hold all of theirs.</param>
public sealed record DetectorModel(
    string File,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std,
    string? Int8File = null,
    string? Weights = null
);

/// <summary>A CTC line recognizer.</summary>
/// <param name="Name">Names it in the timing and in errors.</param>
/// <param name="Backbone">The graph: [1,3,48,W] in, [1,T,features] out; [1,T,classes] where a head has no file.</param>
/// <param name="Heads">Its vocabularies, smallest first.</param>
/// <param name="Output">What the classes are: <c>logits</c>, or <c>probabilities</c> after the graph's soft-max.</param>
/// <param name="SpaceFactor">
/// Multiplies the probability of the space before the best class is chosen; 1 leaves it. The English v4 model needs it:
/// ../shared/peers says its spaces are there, but at a low probability.
/// </param>
/// <param name="Int8Backbone">The same backbone for cis's own kernels, where it has something for them.</param>
/// <param name="Weights">The file of the weights that both backbones refer to; null where these hold all of theirs.</param>
/// <param name="GapFactor">
/// Multiplies the probability of the space where the blank is the best class: glued words part, and no letter is lost to
/// it; 1 leaves it. docs/accuracy.md, "Spaces of the v6 family".
/// </param>
/// <param name="RareLetters">Letters that it has, but seldom gives where they stand; null where none are known.</param>
/// <param name="UnseenLetters">Letters that it has and never gives; null where none are known.</param>
/// <param name="HeadWeights">The file in which the heads' graphs have their weights; null where these hold them.</param>
/// <param name="Telltales">
/// Of a first reader: letters that it cannot write, and those of their languages alone; null where there are none.
/// </param>
public sealed record RecognizerModel(
    string Name,
    string Backbone,
    IReadOnlyList<HeadModel> Heads,
    string Output = RecognizerModel.Logits,
    float SpaceFactor = 1,
    string? Int8Backbone = null,
    string? Weights = null,
    string? HeadWeights = null,
    string? RareLetters = null,
    string? UnseenLetters = null,
    float GapFactor = 1,
    string? Telltales = null
)
{
    /// <summary>The value of <see cref="Output"/> for raw scores.</summary>
    public const string Logits = "logits";

    /// <summary>The value of <see cref="Output"/> for scores after the soft-max.</summary>
    public const string Probabilities = "probabilities";
}

/// <summary>The last matrix of a recognizer, cut down to the characters of some scripts.</summary>
/// <param name="Name">Names it: <c>en</c>, <c>ja</c>, <c>all</c>.</param>
/// <param name="Languages">The codes of the languages whose letters it has.</param>
/// <param name="Characters">A text file: line i is the character of class i+1; class 0 is CTC's blank.</param>
/// <param name="File">The graph: features in, class scores out; null where the backbone gives the scores.</param>
public sealed record HeadModel(string Name, IReadOnlyList<string> Languages, string Characters, string? File = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ModelFamily))]
internal sealed partial class ModelFamilyJson : JsonSerializerContext;

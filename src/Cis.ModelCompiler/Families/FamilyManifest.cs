using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cis.ModelCompiler.Families;

/// <summary><c>family.json</c>: what a compiled model family holds, as <c>Cis.Ocr</c> reads it.</summary>
/// <param name="Family">The family's name, for people.</param>
/// <param name="Sha256">Hash over all source model files, in lower-case hex.</param>
/// <param name="Detector">The text detector.</param>
/// <param name="Recognizers">One or more; the first that has the languages asked for is the one to take.</param>
/// <param name="Note">What <c>cis version</c> says of the family beside its name; none: nothing.</param>
/// <param name="First">A small recognizer that reads lines before the others; none: they read alone.</param>
internal sealed record FamilyManifest(
    string Family,
    string Sha256,
    DetectorEntry Detector,
    IReadOnlyList<RecognizerEntry> Recognizers,
    string? Note = null,
    RecognizerEntry? First = null
)
{
    public void Write(string path) =>
        File.WriteAllText(path, JsonSerializer.Serialize(this, ManifestJson.Default.FamilyManifest) + "\n");
}

/// <summary>Mean and standard deviation are in the order of the input channels (B, G, R), of values in 0..1.</summary>
/// <param name="File">The graph that every CPU runs.</param>
/// <param name="Mean">Subtracted from each channel.</param>
/// <param name="Std">Divides each channel after that.</param>
/// <param name="Int8File">The graph for CPUs that run cis's own kernels; none where it has nothing for them.</param>
/// <param name="Weights">The file of the weights that both graphs have; none where each holds all of its own.</param>
internal sealed record DetectorEntry(
    string File,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std,
    string? Int8File = null,
    string? Weights = null
);

/// <summary>A recognizer: one backbone, and what makes classes out of its features.</summary>
/// <param name="Name">The recognizer's name within the family.</param>
/// <param name="Backbone">The graph from pixels to features, or to the classes where it is not split.</param>
/// <param name="Output">What a backbone without a head file gives: <c>logits</c> or <c>probabilities</c>.</param>
/// <param name="Heads">From the smallest vocabulary to the largest.</param>
/// <param name="Int8Backbone">The backbone for CPUs that run cis's own kernels; none where it has nothing for them.</param>
/// <param name="Weights">The file of the weights that both backbones have; none where each holds all of its own.</param>
/// <param name="HeadWeights">The file that the heads' graphs take their weights from, each the first so many of it.</param>
/// <param name="UnseenLetters">Letters that the model has and never gives; none: none are known.</param>
/// <param name="GapFactor">Multiplies it where the best class is the blank; none: nothing does.</param>
/// <param name="RareLetters">Letters that the model has, but seldom gives where they stand; none: none are known.</param>
/// <param name="Telltales">Of a first reader: letters whose pages it is not to read; none: there are none.</param>
/// <param name="SpaceFactor">Multiplies the probability of a space before the best class is chosen; none: nothing does.</param>
internal sealed record RecognizerEntry(
    string Name,
    string Backbone,
    string? Output,
    IReadOnlyList<HeadEntry> Heads,
    string? Int8Backbone = null,
    string? Weights = null,
    string? HeadWeights = null,
    float? SpaceFactor = null,
    string? RareLetters = null,
    string? UnseenLetters = null,
    float? GapFactor = null,
    string? Telltales = null
);

/// <summary>The classes of some languages.</summary>
/// <param name="Name">The script set's name.</param>
/// <param name="Languages">The languages whose letters it has, by their codes.</param>
/// <param name="File">The graph from features to logits; none where the backbone gives the classes itself.</param>
/// <param name="Characters">The file of characters, one a line: line i (from 0) is class i + 1.</param>
internal sealed record HeadEntry(string Name, IReadOnlyList<string> Languages, string? File, string Characters);

[JsonSerializable(typeof(FamilyManifest))]
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
internal sealed partial class ManifestJson : JsonSerializerContext;

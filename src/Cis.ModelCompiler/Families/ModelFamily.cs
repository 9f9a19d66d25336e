using Cis.ModelCompiler.Vocabularies;

namespace Cis.ModelCompiler.Families;

/// <summary>The source models of one PP-OCR family: paths, and what the files themselves do not say.</summary>
/// <param name="Name">For people.</param>
/// <param name="Detector">Path of the detector.</param>
/// <param name="Orientation">Path of the 0/180 classifier.</param>
/// <param name="Recognizers">In order of preference.</param>
internal sealed record ModelFamily(
    string Name,
    string Detector,
    string Orientation,
    IReadOnlyList<RecognizerSource> Recognizers
)
{
    /// <summary>The family of that name in a folder.</summary>
    /// <exception cref="CompilerException">A file is missing.</exception>
    public static ModelFamily Find(string name, string folder) =>
        name switch
        {
            "v6" => V6(folder),
            _ => throw new CompilerException($"--family {name} is not known."),
        };

    private static ModelFamily V6(string folder) =>
        new(
            "PP-OCRv6 small",
            Existing(folder, "PP-OCRv6_det_small.onnx"),
            Existing(folder, "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
            [new("v6", Existing(folder, "PP-OCRv6_rec_small.onnx"), Dictionary: null, ScriptSet.BySize)]
        );

    private static string Existing(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? path : throw new CompilerException($"{path} is missing.");
    }
}

/// <summary>One recogniser's source files.</summary>
/// <param name="Name">Its name within the family.</param>
/// <param name="Path">The recogniser.</param>
/// <param name="Dictionary">Its dictionary file; none where the model carries its own.</param>
/// <param name="Heads">The script sets to make heads for.</param>
internal sealed record RecognizerSource(string Name, string Path, string? Dictionary, IReadOnlyList<ScriptSet> Heads);

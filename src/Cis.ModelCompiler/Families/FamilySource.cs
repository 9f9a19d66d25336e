using Cis.ModelCompiler.Vocabularies;

namespace Cis.ModelCompiler.Families;

/// <summary>The source models of one PP-OCR family: paths, and what the files themselves do not say.</summary>
/// <param name="Name">For people.</param>
/// <param name="Detector">Path of the detector.</param>
/// <param name="Recognizers">In order of preference.</param>
internal sealed record FamilySource(string Name, string Detector, IReadOnlyList<RecognizerSource> Recognizers)
{
    private const string FirstModelOfV6 = "PP-OCRv6_rec_tiny.onnx";
    private const string FirstDictionaryOfV6 = "PP-OCRv6_rec_tiny.txt";

    /// <summary>What a user should know who did not choose it; none for the default.</summary>
    public string? Note { get; init; }

    /// <summary>A small recognizer that reads lines before the others; none: they read alone.</summary>
    public RecognizerSource? First { get; init; }

    /// <summary>The family of that name in a folder: v6, v4, or any other PP-OCR family under a name of one's own.</summary>
    /// <exception cref="CompilerException">The folder or a file is missing.</exception>
    public static FamilySource Find(string name, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CompilerException($"--models {folder}: there is no such folder.");
        }

        return name switch
        {
            "v6" => V6(folder),
            "v4" => V4(folder),
            _ => new FamilyFolder(folder).Read(name),
        };
    }

    /// <summary>Measured by docs/accuracy.md, "The fallback family".</summary>
    private const string FallbackNote =
        "the fallback for where PP-OCRv6 cannot be fetched: word F1 89 on forms and 94 on receipts (v6: 94 and 97), "
        + "character errors 13 in 100 on Japanese pages (v6: 6); no vertical Japanese";

    /// <summary>
    /// Letters that PP-OCRv6 small's recognizer has but gives for fewer than 6 in 10 of them: docs/languages.md.
    /// </summary>
    private const string RareInV6Small =
        "ÆÌÏÐÙÞþÿĂĄĈĉĊĎďĒĔĕĖĘĚĜĝĞĢģĤĥĦĨĩĪīĮįİĴĵĶĹĺĻĽľŃŅŇŊŋŌŎŏŐŒŔŕŖŗŜŝŤťŦŧŨŪŬŭŮŰűŲŴŵŶŷŸŹȘȚ";

    /// <summary>Letters of phonetic and African alphabets that it has and never gives: a language of theirs is not read.</summary>
    private const string UnseenInV6Small = "ƁƆƉƊƎƐƑƔƖƗƘƙƛƝƱƲƳƴǀǁǂǃǍǎǏǑǓǕǖǗǘǙǛǜǝǦǧǩǴǵǸǹȞȟɄɓɔɖɗɛɣɨɩɪɬɲʉʊʋʔʕ";

    /// <summary>Measured by docs/accuracy.md, "The first reader".</summary>
    private const string AloneNote =
        "PP-OCRv6 tiny, which reads lines first, could not be fetched: pages read as well, and take longer";

    /// <summary>
    /// Letters that PP-OCRv6 tiny's recognizer writes as others, and mostly is sure of it, or gives for fewer than every
    /// second that stands there: docs/accuracy.md, "The first reader".
    /// </summary>
    private const string LostByV6Tiny = "ÞþĎďĖėĮįıĶķĹĺĻļĽľŔŕŤťŰűȘșȚț";

    /// <summary>One recognizer reads all scripts, after one that is six times smaller where that could be fetched.</summary>
    private static FamilySource V6(string folder)
    {
        RecognizerSource? first = FirstOfV6(folder);
        FamilySource family = V6Small(folder, first is null ? "PP-OCRv6 small" : "PP-OCRv6 small and tiny");
        return family with { First = first, Note = first is null ? AloneNote : null };
    }

    /// <summary>Of tiny's letters the Latin ones: what is not in them is small's.</summary>
    private static RecognizerSource? FirstOfV6(string folder)
    {
        (string? model, string? dictionary) = (
            Path.Combine(folder, FirstModelOfV6),
            Path.Combine(folder, FirstDictionaryOfV6)
        );
        return File.Exists(model)
            ? new RecognizerSource("first", model, dictionary, [ScriptSet.Latin]) with
            {
                IsSplit = true,
                SpaceFactor = 20,
                LostLetters = LostByV6Tiny,
            }
            : null;
    }

    private static FamilySource V6Small(string folder, string name) =>
        new(
            name,
            Existing(folder, "PP-OCRv6_det_small.onnx"),
            [
                new RecognizerSource(
                    "v6",
                    Existing(folder, "PP-OCRv6_rec_small.onnx"),
                    Dictionary: null,
                    ScriptSet.BySize
                ) with
                {
                    RareLetters = RareInV6Small,
                    UnseenLetters = UnseenInV6Small,
                    GapFactor = 10,
                },
            ]
        );

    /// <summary>
    /// A recognizer a script; English has its own, which is the better one for it, but gives spaces a low probability:
    /// docs/accuracy.md, "Spaces of the v4 family", has the measured gain.
    /// </summary>
    private static FamilySource V4(string folder) =>
        new(
            "PP-OCRv4/v3 mobile",
            Existing(folder, "ch_PP-OCRv4_det_infer.onnx"),
            [
                Whole("en", folder, "en_PP-OCRv4_rec_infer.onnx", "en_dict.txt") with
                {
                    SpaceFactor = 10,
                },
                Whole("latin", folder, "latin_PP-OCRv3_rec_infer.onnx", "latin_dict.txt"),
                Whole("ja", folder, "japan_PP-OCRv3_rec_infer.onnx", "japan_dict.txt"),
                Whole("zh", folder, "ch_PP-OCRv4_rec_infer.onnx", "ch_dict.txt"),
            ]
        )
        {
            Note = FallbackNote,
        };

    private static RecognizerSource Whole(string name, string folder, string model, string dictionary) =>
        new(name, Existing(folder, model), Existing(folder, dictionary), [ScriptSet.Whole(name)]);

    private static string Existing(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? path : throw new CompilerException($"{path} is missing: fetch the models first.");
    }
}

/// <summary>One recognizer's source files.</summary>
/// <param name="Name">Its name within the family.</param>
/// <param name="Path">The recognizer.</param>
/// <param name="Dictionary">Its dictionary file; none where the model carries its own.</param>
/// <param name="Heads">The script sets to make heads for; a single one of all characters leaves the model in one piece.</param>
internal sealed record RecognizerSource(string Name, string Path, string? Dictionary, IReadOnlyList<ScriptSet> Heads)
{
    /// <summary>What the probability of a space is multiplied by before the best class is chosen; none: by nothing.</summary>
    public float? SpaceFactor { get; init; }

    /// <summary>The same where the best class is the blank, between two characters.</summary>
    public float? GapFactor { get; init; }

    /// <summary>Letters of the dictionary that the model seldom gives where they stand; none are known: nothing.</summary>
    public string? RareLetters { get; init; }

    /// <summary>Letters of the dictionary that the model never gives; none are known: nothing.</summary>
    public string? UnseenLetters { get; init; }

    /// <summary>Of a first reader: letters that it gets wrong while it is sure; none are known: nothing.</summary>
    public string? LostLetters { get; init; }

    /// <summary>Whether the vocabulary is cut off the model.</summary>
    public bool IsSplit { get; init; } = Heads.Count > 1;
}

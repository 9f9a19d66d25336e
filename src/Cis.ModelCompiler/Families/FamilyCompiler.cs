using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cis.Languages;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Cis.ModelCompiler.Passes.Kernels;
using Cis.ModelCompiler.Vocabularies;
using Google.Protobuf;

namespace Cis.ModelCompiler.Families;

/// <summary>Compiles a family's models into a folder, beside the manifest that names them.</summary>
internal sealed class FamilyCompiler(FamilySource family, string outFolder)
{
    /// <summary>
    /// ImageNet's mean and standard deviation, which PaddleOCR applies in this order to B, G, R images (ImageNet's own
    /// are for R, G, B, but the models are trained so).
    /// </summary>
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Std = [0.229f, 0.224f, 0.225f];

    public void Compile()
    {
        Directory.CreateDirectory(outFolder);
        new FamilyManifest(
            family.Name,
            SourceHash(),
            CompileDetector(),
            [.. family.Recognizers.Select(source => CompileRecognizer(source, StemOf(source)))],
            family.Note,
            family.First is { } first ? CompileFirst(first) : null
        ).Write(Path.Combine(outFolder, "family.json"));
    }

    private DetectorEntry CompileDetector()
    {
        var graph = Graph.Load(family.Detector);
        ModelChecks.Detector(graph, family.Detector);
        PassList.Of(family.Detector).Apply(graph);
        (string? kernels, string? weights) = SavePair(graph, ForKernels(family.Detector), "det");
        return new DetectorEntry("det.onnx", Mean, Std, kernels, weights);
    }

    /// <summary>The graph that cis's own kernels run, for CPUs that have them.</summary>
    /// <returns>None where the model has nothing that they are for.</returns>
    private static Graph? ForKernels(string path)
    {
        Graph graph = PassList.OfKernels(path).Apply(Graph.Load(path));
        return KernelOperators.AreUsedIn(graph) ? graph : null;
    }

    private string StemOf(RecognizerSource source) => family.Recognizers.Count == 1 ? "rec" : $"rec.{source.Name}";

    private RecognizerEntry CompileRecognizer(RecognizerSource source, string stem)
    {
        var graph = Graph.Load(source.Path);
        ModelChecks.Recognizer(graph, source.Path);
        var vocabulary = SourceVocabulary.Of(graph, source.Path, source.Dictionary, ModelChecks.Classes(graph));
        PassList.Of(source.Path).Apply(graph);
        RecognizerEntry entry =
            source.IsSplit && VocabularySplit.Cut(graph) is { } split
                ? WriteSplit(source, graph, split, vocabulary, stem)
                : WriteWhole(source, graph, vocabulary, stem);
        return entry with
        {
            SpaceFactor = source.SpaceFactor,
            RareLetters = source.RareLetters,
            UnseenLetters = source.UnseenLetters,
            GapFactor = source.GapFactor,
        };
    }

    /// <summary>The first reader: its languages are those in which it loses no letter.</summary>
    private RecognizerEntry CompileFirst(RecognizerSource source)
    {
        RecognizerEntry entry = CompileRecognizer(source, "first");
        var lost = new LostLetters(
            source.LostLetters ?? "",
            File.ReadLines(Path.Combine(outFolder, entry.Heads[0].Characters))
        );
        return entry with
        {
            Heads = [entry.Heads[0] with { Languages = lost.TrustedLanguages }],
            Telltales = lost.Telltales,
        };
    }

    private RecognizerEntry WriteSplit(
        RecognizerSource source,
        Graph graph,
        VocabularySplit split,
        SourceVocabulary vocabulary,
        string stem
    )
    {
        Graph? forKernels = ForKernels(source.Path);
        if (forKernels is not null)
        {
            VocabularySplit.Cut(forKernels);
        }

        (string? kernels, string? weights) = SavePair(graph, forKernels, stem);
        (string? rows, List<int[]>? nested) = ($"{stem}.classes.bin", vocabulary.NestedPlaces(source.Heads).ToList());
        Save(split.Rows(nested[^1]), rows);
        IEnumerable<HeadEntry> heads = source.Heads.Zip(
            nested,
            (set, places) =>
            {
                Save(split.Head(places, rows), $"{stem}.head.{set.Name}.onnx");
                return Head(
                    source,
                    set,
                    vocabulary.Take(places),
                    $"{stem}.head.{set.Name}.onnx",
                    $"{stem}.{set.Name}.txt"
                );
            }
        );
        return new RecognizerEntry(source.Name, $"{stem}.onnx", Output: null, [.. heads], kernels, weights, rows);
    }

    private RecognizerEntry WriteWhole(RecognizerSource source, Graph graph, SourceVocabulary vocabulary, string stem)
    {
        string output = DropSoftmax.Apply(graph) ? "logits" : "probabilities";
        Save(graph, $"{stem}.onnx");
        ScriptSet set = source.IsSplit ? ScriptSet.Everything : source.Heads[0];
        return new RecognizerEntry(
            source.Name,
            $"{stem}.onnx",
            output,
            [Head(source, set, vocabulary, null, $"{stem}.txt")]
        );
    }

    private HeadEntry Head(
        RecognizerSource source,
        ScriptSet set,
        SourceVocabulary vocabulary,
        string? file,
        string characters
    )
    {
        vocabulary.Write(Path.Combine(outFolder, characters));
        Console.WriteLine($"{characters}: {vocabulary.Classes} classes");
        IEnumerable<string> unseen = (source.UnseenLetters ?? "").EnumerateRunes().Select(rune => rune.ToString());
        var given = vocabulary.Characters.Except(unseen, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return new HeadEntry(set.Name, LanguageVerdict.CodesReadBy(given), file, characters);
    }

    /// <summary>Writes the graph for every CPU, and the one for cis's kernels where there is one.</summary>
    /// <returns>The files of the latter, and of the weights that both have.</returns>
    private (string? Kernels, string? Weights) SavePair(Graph graph, Graph? forKernels, string stem)
    {
        (string? kernels, string? weights) = ($"{stem}.int8.onnx", $"{stem}.weights.bin");
        bool isShared =
            forKernels is not null && SharedWeights.Move(graph, forKernels, Path.Combine(outFolder, weights));
        Save(graph, $"{stem}.onnx");
        if (forKernels is not null)
        {
            Save(forKernels, kernels);
        }

        return (forKernels is null ? null : kernels, isShared ? weights : null);
    }

    private void Save(Graph graph, string file)
    {
        graph.Model.MetadataProps.Clear(); // The dictionary is a file of its own now.
        File.WriteAllBytes(Path.Combine(outFolder, file), graph.Model.ToByteArray());
    }

    private void Save(float[] values, string file) =>
        File.WriteAllBytes(Path.Combine(outFolder, file), MemoryMarshal.AsBytes(values));

    private string SourceHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in Sources())
        {
            hash.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private IEnumerable<string> Sources() =>
        [
            family.Detector,
            .. family
                .Recognizers.Append(family.First)
                .SelectMany(source => new[] { source?.Path, source?.Dictionary })
                .OfType<string>(),
        ];
}

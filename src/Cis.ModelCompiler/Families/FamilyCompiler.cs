using System.Security.Cryptography;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Cis.ModelCompiler.Vocabularies;
using Google.Protobuf;

namespace Cis.ModelCompiler.Families;

/// <summary>Compiles a family's models into a folder, beside the manifest that names them.</summary>
internal sealed class FamilyCompiler(ModelFamily family, string outFolder)
{
    /// <summary>
    /// ImageNet's mean and standard deviation, which PaddleOCR applies in this order to B, G, R images (its own quirk:
    /// ImageNet's are for R, G, B; the models are trained with it).
    /// </summary>
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Std = [0.229f, 0.224f, 0.225f];

    public void Compile()
    {
        Directory.CreateDirectory(outFolder);
        Save(Optimize(family.Detector), "det.onnx");
        Save(Optimize(family.Orientation), "cls.onnx");
        new FamilyManifest(
            family.Name,
            SourceHash(),
            new DetectorEntry("det.onnx", Mean, Std),
            new OrientationEntry("cls.onnx"),
            [.. family.Recognizers.Select(CompileRecognizer)]
        ).Write(Path.Combine(outFolder, "family.json"));
    }

    private RecognizerEntry CompileRecognizer(RecognizerSource source)
    {
        var graph = Optimize(source.Path);
        var vocabulary = source.Dictionary is null
            ? Vocabulary.OfMetadata(graph, source.Path)
            : Vocabulary.OfDictionary(source.Dictionary);
        graph.Model.MetadataProps.Clear();
        var split =
            VocabularySplit.Cut(graph)
            ?? throw new CompilerException($"{source.Path} does not end in a matrix, a bias and a soft-max.");
        if (split.Classes != vocabulary.Classes)
        {
            throw new CompilerException(
                $"{source.Path} tells {split.Classes} classes apart, its dictionary names {vocabulary.Classes} "
                    + "(the CTC blank and the space included): they do not belong together."
            );
        }
        Save(graph, "rec.onnx");
        return new RecognizerEntry(
            source.Name,
            "rec.onnx",
            Output: null,
            [.. source.Heads.Select(set => WriteHead(set, split, vocabulary))]
        );
    }

    private HeadEntry WriteHead(ScriptSet set, VocabularySplit split, Vocabulary vocabulary)
    {
        var places = vocabulary.Places(set);
        var (file, characters) = ($"rec.head.{set.Name}.onnx", $"rec.{set.Name}.txt");
        Save(split.Head(places), file);
        new Vocabulary([.. places.Select(place => vocabulary.Characters[place])]).Write(
            Path.Combine(outFolder, characters)
        );
        Console.WriteLine($"{file}: {places.Length + 1} classes");
        return new HeadEntry(set.Name, set.Languages, file, characters);
    }

    private static Graph Optimize(string path)
    {
        var graph = Graph.Load(path);
        IGraphPass[] passes = [new FlushTinyWeights(), new RemoveIdentities()];
        foreach (var pass in passes)
            Console.WriteLine($"{Path.GetFileName(path)}: {pass.Name}: {pass.Apply(graph)}");
        graph.Sweep();
        return graph;
    }

    private void Save(Graph graph, string file) =>
        File.WriteAllBytes(Path.Combine(outFolder, file), graph.Model.ToByteArray());

    private string SourceHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Sources())
            hash.AppendData(File.ReadAllBytes(path));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private IEnumerable<string> Sources() =>
        [
            family.Detector,
            family.Orientation,
            .. family.Recognizers.SelectMany(source => new[] { source.Path, source.Dictionary }).OfType<string>(),
        ];
}

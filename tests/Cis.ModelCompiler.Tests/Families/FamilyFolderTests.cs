using Cis.ModelCompiler.Families;
using Cis.ModelCompiler.Graphs;
using Google.Protobuf;

namespace Cis.ModelCompiler.Tests.Families;

public sealed class FamilyFolderTests : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("cis-models-").FullName;
    private readonly string _out = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void Any_family_of_detector_recognizer_and_dictionary_compiles()
    {
        WriteFamily(classes: 6);
        File.WriteAllLines(Path.Combine(_models, "dict.txt"), ["a", "b", "日", "们"]);

        Compile();

        Assert.Equal(
            ["det.onnx", "family.json", "rec.all.txt", "rec.classes.bin", "rec.en.txt", "rec.head.all.onnx"],
            Directory.GetFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(6)
        );
        Assert.Equal(["a", "b", " ", "日", "们"], File.ReadAllLines(Path.Combine(_out, "rec.all.txt")));
        Assert.Equal(["a", "b", " ", "日"], File.ReadAllLines(Path.Combine(_out, "rec.ja.txt")));
        Assert.Equal(["a", "b", " "], File.ReadAllLines(Path.Combine(_out, "rec.en.txt")));
        // A row of 8 features for the blank and each character, whatever the number of heads.
        Assert.Equal(6 * 8 * sizeof(float), new FileInfo(Path.Combine(_out, "rec.classes.bin")).Length);
    }

    [Fact]
    public void A_line_classifier_in_the_folder_is_ignored()
    {
        WriteFamily(classes: 3);
        File.WriteAllLines(Path.Combine(_models, "dict.txt"), ["a", "b"]);
        File.WriteAllText(Path.Combine(_models, "my_cls.onnx"), "not even looked into");

        Compile();

        Assert.DoesNotContain(Directory.GetFiles(_out), file => file.Contains("cls", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dictionary_of_another_model_is_refused_with_both_counts()
    {
        WriteFamily(classes: 9);
        File.WriteAllLines(Path.Combine(_models, "dict.txt"), ["a", "b"]);

        CompilerException error = Assert.Throws<CompilerException>(Compile);
        Assert.Contains("9 classes", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 characters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recognizer_without_a_dictionary_says_where_to_put_one()
    {
        WriteFamily(classes: 4);

        Assert.Contains(".txt", Assert.Throws<CompilerException>(Compile).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_play_its_part_is_named()
    {
        WriteFamily(classes: 4);
        File.Copy(Path.Combine(_models, "my_rec.onnx"), Path.Combine(_models, "my_det.onnx"), overwrite: true);

        Assert.Contains(
            "not a text detector",
            Assert.Throws<CompilerException>(Compile).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_damaged_model_is_named()
    {
        WriteFamily(classes: 4);
        string path = Path.Combine(_models, "my_det.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);

        Assert.Contains(path, Assert.Throws<CompilerException>(Compile).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_recognizers_in_one_folder_are_one_too_many()
    {
        WriteFamily(classes: 4);
        File.Copy(Path.Combine(_models, "my_rec.onnx"), Path.Combine(_models, "other_rec.onnx"));

        Assert.Contains("2 files", Assert.Throws<CompilerException>(Compile).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v6", "PP-OCRv6_det_small.onnx")]
    [InlineData("v4", "ch_PP-OCRv4_det_infer.onnx")]
    public void A_known_family_that_was_not_fetched_names_the_file_that_is_missing(string family, string missing) =>
        Assert.Contains(
            missing,
            Assert.Throws<CompilerException>(() => FamilySource.Find(family, _models)).Message,
            StringComparison.Ordinal
        );

    public void Dispose()
    {
        Directory.Delete(_models, recursive: true);
        if (Directory.Exists(_out))
        {
            Directory.Delete(_out, recursive: true);
        }
    }

    private void Compile() => new FamilyCompiler(FamilySource.Find("custom", _models), _out).Compile();

    private void WriteFamily(int classes)
    {
        Graph detector = TinyGraph.OfImage(3);
        Save(detector.EndingIn(detector.Op("Sigmoid", detector.Conv("x", 3, 1)), -1, 1, -1, -1), "my_det.onnx");
        Save(Recognizer(classes), "my_rec.onnx");
    }

    private static Graph Recognizer(int classes)
    {
        Graph graph = TinyGraph.OfImage(3);
        string row = graph.Op("ReduceMean", node => node.With("axes", 2L).With("keepdims", 0L), graph.Conv("x", 3, 8));
        string features = graph.Op("Transpose", node => node.With("perm", 0L, 2L, 1L), row);
        string matrix = graph.AddConstant("w", TinyGraph.Random(8 * classes, seed: 1), 8, classes);
        string logits = graph.Op("Add", graph.Op("MatMul", features, matrix), graph.Vector(classes));
        return graph.EndingIn(graph.Op("Softmax", node => node.With("axis", 2L), logits), -1, -1, classes);
    }

    private void Save(Graph graph, string file) =>
        File.WriteAllBytes(Path.Combine(_models, file), graph.Model.ToByteArray());
}

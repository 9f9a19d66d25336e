using System.Text;
using System.Text.Json.Nodes;
using Cis.Ocr.Models;

namespace Cis.Ocr.Tests.Models;

public class ModelFamilyTests
{
    private const string Valid = """
        {
          "family": "PP-OCR", "sha256": "00ff",
          "detector": { "file": "det.onnx", "mean": [0.5, 0.25, 0.125], "std": [1, 2, 3] },
          "recognizers": [
            { "name": "split", "backbone": "rec.onnx", "headWeights": "rec.bin", "heads": [
              { "name": "en", "languages": ["en", "fr"], "file": "rec.head.en.onnx", "characters": "rec.en.txt" } ] },
            { "name": "whole", "backbone": "rec.ja.onnx", "output": "probabilities", "spaceFactor": 3, "heads": [
              { "name": "ja", "languages": ["ja"], "characters": "rec.ja.txt" } ] }
          ]
        }
        """;

    [Fact]
    public void A_description_is_read_with_defaults_for_what_it_leaves_out()
    {
        var family = ModelFamily.Parse(Encoding.UTF8.GetBytes(Valid));

        Assert.Equal(("PP-OCR", "00ff", "det.onnx"), (family.Family, family.Sha256, family.Detector.File));
        Assert.Equal([0.5f, 0.25f, 0.125f], family.Detector.Mean);
        RecognizerModel split = family.Recognizers[0];
        RecognizerModel whole = family.Recognizers[1];
        Assert.Equal((RecognizerModel.Logits, 1f), (split.Output, split.SpaceFactor));
        Assert.Equal(("rec.bin", null), (split.HeadWeights, whole.HeadWeights));
        Assert.Equal(("rec.head.en.onnx", "rec.en.txt"), (split.Heads[0].File, split.Heads[0].Characters));
        Assert.Equal((RecognizerModel.Probabilities, 3f), (whole.Output, whole.SpaceFactor));
        Assert.Null(whole.Heads[0].File);
    }

    [Theory]
    [InlineData("detector")]
    [InlineData("recognizers")]
    [InlineData("detector.file")]
    [InlineData("detector.std")]
    [InlineData("recognizers.0.backbone")]
    [InlineData("recognizers.0.heads.0.characters")]
    public void What_is_missing_is_named(string path)
    {
        JsonNode node = JsonNode.Parse(Valid)!;
        string[] names = path.Split('.');
        foreach (string name in names[..^1])
        {
            node = char.IsDigit(name[0]) ? node[name[0] - '0']! : node[name]!;
        }

        node.AsObject().Remove(names[^1]);

        Assert.Contains($"'{names[^1]}'", ReasonOf(node.Root.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "empty")]
    [InlineData("", "does not describe")]
    [InlineData("[]", "does not describe")]
    [InlineData("{\"family\": 1}", "family")]
    public void What_is_no_description_is_refused(string json, string expected) =>
        Assert.Contains(expected, ReasonOf(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("[1, 2, 3]", "[1, 2]", "mean and std")]
    [InlineData("\"probabilities\"", "\"percent\"", "not percent")]
    [InlineData("\"det.onnx\"", "null", "file")]
    public void What_the_pipeline_could_not_use_is_refused(string valid, string broken, string expected) =>
        Assert.Contains(
            expected,
            ReasonOf(Valid.Replace(valid, broken, StringComparison.Ordinal)),
            StringComparison.Ordinal
        );

    private static string ReasonOf(string json)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() =>
            ModelFamily.Parse(Encoding.UTF8.GetBytes(json))
        );
        Assert.StartsWith(ModelFamily.FileName, e.Message, StringComparison.Ordinal);
        return e.Message;
    }
}

using Cis.ModelCompiler.Families;

namespace Cis.ModelCompiler.Tests.Families;

public sealed class FirstOfFamilyTests : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("cis-models-").FullName;

    public FirstOfFamilyTests()
    {
        Add("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx");
    }

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public void Without_tiny_v6_is_small_alone_and_says_so()
    {
        var family = FamilySource.Find("v6", _models);

        Assert.Equal(("PP-OCRv6 small", null), (family.Name, family.First));
        Assert.Contains("PP-OCRv6 tiny", family.Note, StringComparison.Ordinal);
        Assert.Contains("could not be fetched", family.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void With_tiny_it_reads_first_and_there_is_nothing_to_say()
    {
        Add("PP-OCRv6_rec_tiny.onnx", "PP-OCRv6_rec_tiny.txt");

        var family = FamilySource.Find("v6", _models);

        Assert.Equal("PP-OCRv6 small and tiny", family.Name);
        Assert.EndsWith("PP-OCRv6_rec_tiny.onnx", family.First?.Path, StringComparison.Ordinal);
        Assert.EndsWith("PP-OCRv6_rec_small.onnx", Assert.Single(family.Recognizers).Path, StringComparison.Ordinal);
        Assert.Null(family.Note);
    }

    private void Add(params ReadOnlySpan<string> files)
    {
        foreach (string file in files)
        {
            File.WriteAllText(Path.Combine(_models, file), "not looked into");
        }
    }
}

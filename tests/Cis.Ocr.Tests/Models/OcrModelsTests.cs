using Cis.Ocr.Models;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests.Models;

public class OcrModelsTests
{
    [Fact]
    public void A_damaged_model_is_reported_as_one_that_cannot_be_loaded()
    {
        _ = LoadedModels.V6;
        nint library = TestFiles.Library("libonnxruntime.so");
        var files = new Damaged(new FolderModelFiles(TestFiles.Family("v6")));

        var e = Assert.Throws<InvalidDataException>(() =>
            MainThread.Invoke(() => OcrModels.Load(library, 0, files, new OcrOptions()))
        );

        Assert.Contains("PP-OCRv6 small", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Cuts every graph short.</summary>
    private sealed unsafe class Damaged(IModelFiles files) : IModelFiles
    {
        public ModelBytes Open(string name)
        {
            ModelBytes bytes = files.Open(name);
            bool graph = name.EndsWith(".onnx", StringComparison.Ordinal);
            return new ModelBytes(bytes.Address, graph ? bytes.Length / 2 : bytes.Length);
        }
    }
}

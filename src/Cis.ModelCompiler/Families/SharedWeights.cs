using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;
using Google.Protobuf;

namespace Cis.ModelCompiler.Families;

/// <summary>
/// Moves the weights that two graphs of one model have in common into a file of their own, which both refer to as ONNX's
/// external data. The graph for every CPU and the one for cis's kernels differ in the layers that the kernels take over;
/// of PP-OCRv6 small's recognizer 3.1 MB are the same in both, and each would carry them.
/// </summary>
internal static class SharedWeights
{
    /// <summary>Smaller tensors stay: many are shapes, which the runtime wants at hand when it loads a graph.</summary>
    private const int SmallestBytes = 1024;

    /// <summary>A cache line, so that a tensor that is used where it lies is aligned for every vector instruction.</summary>
    private const int Alignment = 64;

    /// <summary>Moves them.</summary>
    /// <param name="first">A graph; its weights in common are references afterwards.</param>
    /// <param name="second">The other.</param>
    /// <param name="path">The file, which lies beside the models; not written where they have nothing in common.</param>
    /// <returns>Whether there is a file.</returns>
    public static bool Move(Graph first, Graph second, string path)
    {
        ILookup<ByteString, TensorProto> others = second.Constants.Where(IsLarge).ToLookup(tensor => tensor.RawData);
        List<TensorProto> shared =
        [
            .. first.Constants.Where(tensor => IsLarge(tensor) && others.Contains(tensor.RawData)),
        ];
        if (shared.Count == 0)
        {
            return false;
        }

        using FileStream file = File.Create(path);
        foreach (IGrouping<ByteString, TensorProto> tensors in shared.GroupBy(tensor => tensor.RawData))
        {
            file.Write(new byte[-file.Position & (Alignment - 1)]);
            long offset = file.Position;
            file.Write(tensors.Key.Span);
            foreach (TensorProto? tensor in tensors)
            {
                Refer(first, tensor, path, offset);
            }

            foreach (TensorProto? tensor in others[tensors.Key])
            {
                Refer(second, tensor, path, offset);
            }
        }
        return true;
    }

    private static bool IsLarge(TensorProto tensor) => tensor.HasRawData && tensor.RawData.Length >= SmallestBytes;

    private static void Refer(Graph graph, TensorProto tensor, string path, long offset) =>
        graph.AddConstant(tensor.MovedTo(Path.GetFileName(path), offset));
}

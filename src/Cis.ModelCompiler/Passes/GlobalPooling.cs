using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes <c>ReduceMean</c> over height and width as GlobalAveragePool, which is the same mean: one form for what looks
/// for it. Not for the graphs that the runtime brings into its blocked layout: there it adds a channel's pixels up one
/// after the other in 32 bits, 42,000 of them in the detector, and the map of text moves by 2e-3 of probability.
/// </summary>
internal sealed class GlobalPooling : IGraphPass
{
    public string Name => "mean over the image to global pooling";

    public int Apply(Graph graph)
    {
        var means = graph
            .Nodes.Where(node =>
                node.Is("ReduceMean") && node.Ints("axes") is [2, 3] or [-2, -1] && node.Int("keepdims", 1) == 1
            )
            .ToList();
        foreach (NodeProto? mean in means)
        {
            graph.Replace(mean, Nodes.Create("GlobalAveragePool", [mean.Input[0]], mean.Output[0]));
        }

        return means.Count;
    }
}

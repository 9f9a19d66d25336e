using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes a wide 1x1 convolution before a GELU, that is no part of a channel mixer, as an operator of cis's kernels.
/// </summary>
internal sealed class PointwiseToKernels : IGraphPass
{
    public string Name => "pointwise convolutions to kernels";

    public int Apply(Graph graph)
    {
        var rewritten = 0;
        foreach (var gelu in graph.Nodes.Where(node => node.IsGelu()).ToList())
        {
            if (graph.OnlyConsumer(gelu.Input[0]) is null)
                continue;
            if (Convolution.Of(graph, graph.Producer(gelu.Input[0])) is not { } convolution)
                continue;
            if (!QuantisedWeights.Fit(convolution))
                continue;
            Rewrite(graph, convolution, gelu);
            rewritten++;
        }
        return rewritten;
    }

    private static void Rewrite(Graph graph, Convolution convolution, NodeProto gelu)
    {
        string[] inputs = [convolution.Node.Input[0], .. QuantisedWeights.Add(graph, convolution)];
        graph.Remove(convolution.Node);
        graph.Replace(gelu, KernelOperators.Pointwise(graph, inputs, gelu: true, gelu.Output[0]));
        graph.Sweep();
    }
}

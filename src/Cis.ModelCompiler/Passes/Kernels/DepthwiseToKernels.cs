using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes the depthwise convolutions beside other kernels as operators of cis's kernels: both keep images in rows, so
/// that none has to be brought into the runtime's blocked layout and back. The mean that a squeeze-and-excitation gate
/// takes of the image is a second output.
/// </summary>
internal sealed class DepthwiseToKernels : IGraphPass
{
    private const int LargestKernel = 7;

    public string Name => "depthwise convolutions to kernels";

    public int Apply(Graph graph)
    {
        int rewritten = 0;
        foreach (NodeProto? node in graph.Nodes.ToList())
        {
            if (Convolution.Of(graph, node) is not { IsDepthwise: true } convolution || !Fits(graph, convolution))
            {
                continue;
            }

            Rewrite(graph, convolution);
            rewritten++;
        }
        return rewritten;
    }

    private static void Rewrite(Graph graph, Convolution convolution)
    {
        convolution.Write();
        NodeProto node = convolution.Node;
        NodeProto kernel = KernelOperators.Depthwise(graph, [.. node.Input], Strides(node), node.Output[0]);
        graph.Replace(node, kernel);
        KernelOperators.TakeMeans(graph, kernel);
        graph.Sweep();
    }

    private static bool Fits(Graph graph, Convolution convolution) =>
        HasKernel(convolution) && Strides(convolution.Node) is [_, 1 or 2] && IsBesideKernel(graph, convolution.Node);

    /// <summary>Whether a kernel is odd, small enough, and padded by half of it.</summary>
    public static bool HasKernel(Convolution convolution)
    {
        (int height, int width) = (convolution.Kernel[0], convolution.Kernel[1]);
        return height % 2 == 1
            && width % 2 == 1
            && Math.Max(height, width) <= LargestKernel
            && (convolution.Node.Ints("pads") ?? []).SequenceEqual([height / 2, width / 2, height / 2, width / 2])
            && (convolution.Node.Ints("dilations") ?? [1, 1]).All(dilation => dilation == 1);
    }

    private static bool IsBesideKernel(Graph graph, NodeProto node) =>
        graph.Producer(node.Input[0])?.IsKernel() == true
        || graph.Consumers(node.Output[0]).Any(reader => reader.IsKernel());

    private static long[] Strides(NodeProto node) => node.Ints("strides") ?? [1, 1];
}

using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes <c>ReduceMean</c> over height and width as GlobalAveragePool, which is the same mean: the runtime computes the
/// latter in its blocked layout, and the former only after bringing the image back into rows.
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
        foreach (var mean in means)
            graph.Replace(mean, Nodes.Create("GlobalAveragePool", [mean.Input[0]], mean.Output[0]));
        return means.Count;
    }
}

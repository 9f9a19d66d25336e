using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Passes;

/// <summary>A rewrite of a graph that keeps what the graph computes.</summary>
internal interface IGraphPass
{
    /// <summary>The pass in the compiler's output.</summary>
    string Name { get; }

    /// <summary>Rewrites the graph wherever the pass fits.</summary>
    /// <returns>How many places were rewritten.</returns>
    int Apply(Graph graph);
}

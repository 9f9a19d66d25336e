using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Cis.ModelCompiler.Passes.Kernels;

namespace Cis.ModelCompiler.Families;

/// <summary>The passes that run on a model, in order.</summary>
internal sealed class PassList(string model, IReadOnlyList<IGraphPass> passes)
{
    private static readonly IGraphPass[] All =
    [
        new ConstantNodesToInitializers(),
        new FlushTinyWeights(),
        new RemoveIdentities(),
        new FuseGelu(),
        new FuseLayerNormalization(),
        new FoldIntoPrecedingConvolution(),
        new HardSwishToHardSigmoid(),
        new FoldIntoFollowingConvolutions(),
        new AffineAsDepthwise(),
        new ComposePointwise(),
        new GlobalPooling(),
        new GateOnce(),
        new PoolBeforePointwise(),
        new PruneDeadChannels(),
        new AlignChannels(),
        new SplitConcatenation(),
        new KeepGatedImageBlocked(),
    ];

    /// <summary>
    /// The kernels read images in rows: what keeps them blocked is not for them. Written beside the graph that every CPU
    /// runs, and read where the kernels run.
    /// </summary>
    private static readonly IGraphPass[] ForKernels =
    [
        .. All.Where(pass => pass is not (AlignChannels or SplitConcatenation or KeepGatedImageBlocked)),
        new SplitConcatenation(block: QuantisedWeights.InputBlock),
        new FuseChannelMixers(),
        new UpsamplingToKernels(),
        new DenseToKernels(),
        new PointwiseToKernels(),
        new DepthwiseToKernels(),
    ];

    public static PassList Of(string path) => new(Path.GetFileName(path), All);

    /// <summary>The passes for CPUs that run cis's own kernels (native/kernels).</summary>
    public static PassList OfKernels(string path) => new($"{Path.GetFileName(path)} (kernels)", ForKernels);

    /// <summary>Rewrites the graph, and says what each pass found to do.</summary>
    public Graph Apply(Graph graph)
    {
        foreach (var pass in passes)
            Console.WriteLine($"{model}: {pass.Name}: {pass.Apply(graph)}");
        graph.Sweep();
        return graph;
    }
}

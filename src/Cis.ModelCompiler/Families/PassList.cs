using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Cis.ModelCompiler.Passes.Kernels;

namespace Cis.ModelCompiler.Families;

/// <summary>The passes that run on a model, in order.</summary>
internal sealed class PassList(string model, IReadOnlyList<IGraphPass> passes)
{
    /// <summary>What brings any export into the form that the others look for.</summary>
    private static readonly IGraphPass[] Common =
    [
        new ConstantNodesToInitializers(),
        new FlushTinyWeights(),
        new RemoveIdentities(),
        new FuseGelu(),
        new FuseLayerNormalization(),
        new FoldIntoPrecedingConvolution(),
        new HardSwishToHardSigmoid(),
    ];

    /// <summary>All passes, for models that nobody measured.</summary>
    private static readonly IGraphPass[] All =
    [
        .. Common,
        new FoldIntoFollowingConvolutions(),
        new AffineAsDepthwise(),
        new ComposePointwise(),
        new GateOnce(),
        new PoolBeforePointwise(),
        new PruneDeadChannels(),
        new AlignChannels(),
        new SplitConcatenation(),
    ];

    /// <summary>
    /// The kernels read images in rows: what fills blocks of channels is not for them, and their own blocks are smaller.
    /// </summary>
    private static readonly IGraphPass[] ForKernels =
    [
        .. All.Where(pass => pass is not (AlignChannels or SplitConcatenation)),
        new GlobalPooling(),
        new SplitConcatenation(block: QuantizedWeights.InputBlock),
        new FuseChannelMixers(),
        new UpsamplingToKernels(),
        new DenseToKernels(),
        new StemToKernels(),
        new LateralToKernels(),
        new SeparableToKernels(),
        new LateralIntoSeparable(),
        new PointwiseToKernels(),
        new DepthwiseToKernels(),
        new StackToKernels(),
    ];

    /// <summary>
    /// A model, by the start of its file name, and the passes that pay on it. The figures are milliseconds of CPU on AMD
    /// Zen 4, one thread, ONNX Runtime 1.31.1, medians of pairs run alternately in one process; 2 % is what they resolve.
    /// The recognizers read 48x960 and give features or logits, the detectors read 960x704. Flushing shows on Intel only.
    /// </summary>
    private static readonly (string Model, IGraphPass[] Passes)[] Measured =
    [
        // 74.6 -> 61.8. Without: folding 67.5, GELU 65.9, pooling first 62.8, the split 62.3. Aligning: no gain.
        ("PP-OCRv6_rec", [.. Common, new PoolBeforePointwise(), new SplitConcatenation()]),
        // 229 -> 206. Without: GELU 241, folding 234, aligning 218, pruning 212, one gate 213.
        (
            "PP-OCRv6_det",
            [.. Common, new GateOnce(), new PruneDeadChannels(), new AlignChannels(), new SplitConcatenation()]
        ),
        // 178 -> 121. Without: hard-swish 162, folding 137, affine 133, aligning 129, one gate 129, folding ahead 126.
        (
            "ch_PP-OCRv4_det",
            [
                .. Common,
                new FoldIntoFollowingConvolutions(),
                new AffineAsDepthwise(),
                new ComposePointwise(),
                new GateOnce(),
                new AlignChannels(),
            ]
        ),
        // 61.2 -> 45.0. Without: affine 48.4, hard-swish 48.4, folding 48.0, folding ahead 45.8. Split, aligning: no gain.
        ("en_PP-OCRv4_rec", [.. Common, new FoldIntoFollowingConvolutions(), new AffineAsDepthwise()]),
        // 63.2 -> 46.1. Without: hard-swish 62.5, affine 50.1. Pruning, split: no gain.
        ("ch_PP-OCRv4_rec", [.. Common, new FoldIntoFollowingConvolutions(), new AffineAsDepthwise()]),
        // 41.9 -> 39.5, the runtime fuses most of it itself. Without: folding 40.6, pruning 40.4.
        ("latin_PP-OCRv3_rec", [.. Common, new PruneDeadChannels()]),
        // No gain by any pass: these only spare the runtime the work when it loads the model.
        ("japan_PP-OCRv3_rec", Common),
    ];

    public static PassList Of(string path)
    {
        string file = Path.GetFileName(path);
        IGraphPass[] passes = Measured
            .FirstOrDefault(row => file.StartsWith(row.Model, StringComparison.Ordinal))
            .Passes;
        return new PassList(file, passes ?? All);
    }

    /// <summary>
    /// The passes for CPUs that run cis's own kernels (native/kernels). Their graph is written beside the one that every
    /// CPU runs, and read where the kernels run.
    /// </summary>
    public static PassList OfKernels(string path) => new($"{Path.GetFileName(path)} (kernels)", ForKernels);

    /// <summary>Rewrites the graph, and says what each pass found to do.</summary>
    public Graph Apply(Graph graph)
    {
        foreach (IGraphPass pass in passes)
        {
            Console.WriteLine($"{model}: {pass.Name}: {pass.Apply(graph)}");
        }

        graph.Sweep();
        return graph;
    }
}

using System.Runtime.InteropServices;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Cis.ModelCompiler.Tests.Passes.Kernels;

/// <summary>The runtime with cis's own operators in it.</summary>
internal static class KernelRuntime
{
    public static float[] Evaluate(Graph graph, float[] input, params ReadOnlySpan<int> shape)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.RegisterCustomOpLibrary(Library());
        using var session = new InferenceSession(graph.Model.ToByteArray(), options);
        return Runtime.Run(session, input, shape);
    }

    /// <summary>Applies a pass, and asserts that what comes out differs by no more than a share of the greatest value.</summary>
    /// <returns>How many places the pass says it rewrote.</returns>
    public static int ApplyKeepingOutput(
        this IGraphPass pass,
        Graph graph,
        float share,
        params ReadOnlySpan<int> shape
    ) => pass.Apply(graph, share, Runtime.Evaluate(graph, Input(shape), shape), shape);

    /// <summary>The same of a graph that has kernels in it already.</summary>
    public static int ApplyKeepingKernelOutput(
        this IGraphPass pass,
        Graph graph,
        float share,
        params ReadOnlySpan<int> shape
    ) => pass.Apply(graph, share, Evaluate(graph, Input(shape), shape), shape);

    private static int Apply(this IGraphPass pass, Graph graph, float share, float[] expected, ReadOnlySpan<int> shape)
    {
        var rewritten = pass.Apply(graph);
        var actual = Evaluate(graph, Input(shape), shape);
        Assert.Equal(expected.Length, actual.Length);
        var allowed = share * expected.Max(MathF.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - allowed, expected[i] + allowed);
        return rewritten;
    }

    private static float[] Input(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var dim in shape)
            count *= dim;
        return TinyGraph.Random(count, seed: 5);
    }

    private static unsafe string Library()
    {
        var payload = Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR") ?? "";
        var path = Path.Combine(payload, "lib", "libciskernels.so");
        Assert.SkipUnless(File.Exists(path), "CIS_PAYLOAD_DIR names no payload: run ./build.sh test.");
        var isSupported = NativeLibrary.GetExport(NativeLibrary.Load(path), "cis_kernels_supported");
        Assert.SkipUnless(
            ((delegate* unmanaged<int>)isSupported)() != 0,
            "This CPU lacks AVX512-VNNI: the kernels do not run on it."
        );
        return path;
    }
}

using System.Runtime.InteropServices;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Cis.ModelCompiler.Tests.Passes.Kernels;

/// <summary>The runtime with cis's own operators in it.</summary>
internal static class KernelRuntime
{
    /// <summary>
    /// The sets of kernels with the numbers that native/kernels/kernels.h gives them, what registers their operators, and
    /// how coarse their steps are.
    /// </summary>
    private static readonly (int Set, string Register, int Coarseness)[] All =
    [
        (1, "cis_register_avx2", 2),
        (2, "cis_register_avxvnni", 1),
        (3, "cis_register_avx512", 2),
        (4, "cis_register_vnni", 1),
    ];

    private static readonly Lazy<nint> Library = new(Load);

    /// <summary>Those that this CPU runs.</summary>
    private static readonly Lazy<(int Set, string Register, int Coarseness)[]> RunningSets = new(() =>
        [.. All.Where(set => Runs(set.Set))]
    );

    private static (int Set, string Register, int Coarseness)[] Sets => RunningSets.Value;

    /// <summary>What a graph computes, by each set of kernels that this CPU runs.</summary>
    public static float[][] Evaluate(Graph graph, float[] input, params ReadOnlySpan<int> shape)
    {
        float[][] outputs = new float[Sets.Length][];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Evaluate(Sets[i].Register, graph, input, shape);
        }

        return outputs;
    }

    private static float[] Evaluate(string register, Graph graph, float[] input, ReadOnlySpan<int> shape)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        Register(register, options);
        using var session = new InferenceSession(graph.Model.ToByteArray(), options);
        return Runtime.Run(session, input, shape);
    }

    /// <summary>Applies a pass, and asserts that what comes out differs by no more than a share of the greatest value.</summary>
    /// <returns>How many places the pass says it rewrote.</returns>
    public static int ApplyKeepingOutput(this IGraphPass pass, Graph graph, float share, params ReadOnlySpan<int> shape)
    {
        float[] expected = Runtime.Evaluate(graph, Input(shape), shape);
        return pass.Apply(graph, share, [.. Sets.Select(_ => expected)], shape);
    }

    /// <summary>The same of a graph that has kernels in it already.</summary>
    public static int ApplyKeepingKernelOutput(
        this IGraphPass pass,
        Graph graph,
        float share,
        params ReadOnlySpan<int> shape
    ) => pass.Apply(graph, share, Evaluate(graph, Input(shape), shape), shape);

    private static int Apply(
        this IGraphPass pass,
        Graph graph,
        float share,
        float[][] expected,
        ReadOnlySpan<int> shape
    )
    {
        int rewritten = pass.Apply(graph);
        float[][] actual = Evaluate(graph, Input(shape), shape);
        for (int i = 0; i < actual.Length; i++)
        {
            AssertClose(expected[i], actual[i], share * Sets[i].Coarseness);
        }

        return rewritten;
    }

    private static void AssertClose(float[] expected, float[] actual, float share)
    {
        Assert.Equal(expected.Length, actual.Length);
        float allowed = share * expected.Max(MathF.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - allowed, expected[i] + allowed);
        }
    }

    private static float[] Input(ReadOnlySpan<int> shape)
    {
        int count = 1;
        foreach (int dim in shape)
        {
            count *= dim;
        }

        return TinyGraph.Random(count, seed: 5);
    }

    private static unsafe void Register(string register, SessionOptions options)
    {
        nint runtime = NativeLibrary.Load("onnxruntime", typeof(SessionOptions).Assembly, searchPath: null);
        nint api = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(runtime, "OrtGetApiBase"))();
        var function = (delegate* unmanaged<nint, nint, nint>)NativeLibrary.GetExport(Library.Value, register);
        Assert.Equal(0, function(options.DangerousGetHandle(), api));
    }

    private static unsafe bool Runs(int set)
    {
        nint supported = NativeLibrary.GetExport(Library.Value, "cis_kernels_supported");
        return ((delegate* unmanaged<int, int>)supported)(set) == set;
    }

    private static unsafe nint Load()
    {
        string payload = Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR") ?? "";
        string path = Path.Combine(payload, "lib", "libciskernels.so");
        Assert.SkipUnless(File.Exists(path), "CIS_PAYLOAD_DIR names no payload: run ./build.sh test.");
        return NativeLibrary.Load(path);
    }
}

using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Cis.ModelCompiler.Tests;

/// <summary>What a graph computes, by the runtime under its own defaults.</summary>
internal static class Runtime
{
    /// <summary>Runs the pass and asserts that it changed what was expected to change, and nothing of what comes out.</summary>
    /// <returns>How many places the pass says it rewrote.</returns>
    public static int ApplyKeepingOutput(this IGraphPass pass, Graph graph, params ReadOnlySpan<int> shape)
    {
        float[] input = TinyGraph.Random(Product(shape), seed: 5);
        float[] before = Evaluate(graph, input, shape);
        int rewritten = pass.Apply(graph);
        AssertClose(before, Evaluate(graph, input, shape), 1e-5f);
        return rewritten;
    }

    public static float[] Evaluate(Graph graph, float[] input, params ReadOnlySpan<int> shape)
    {
        // Errors only: the runtime warns of each constant that a pass left behind.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(graph.Model.ToByteArray(), options);
        return Run(session, input, shape);
    }

    public static float[] Run(InferenceSession session, float[] input, params ReadOnlySpan<int> shape)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(input, [.. shape.ToArray().Select(dim => (long)dim)]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
            options,
            session.InputNames,
            [value],
            session.OutputNames
        );
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Asserts that no value differs by more than the tolerance, times the value where that is over 1.</summary>
    public static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float allowed = tolerance * MathF.Max(1, MathF.Abs(expected[i]));
            if (!(MathF.Abs(expected[i] - actual[i]) <= allowed))
            {
                Assert.Fail($"Value {i} is {actual[i]}, not {expected[i]}.");
            }
        }
    }

    private static int Product(ReadOnlySpan<int> shape)
    {
        int product = 1;
        foreach (int dim in shape)
        {
            product *= dim;
        }

        return product;
    }
}

using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Families;

/// <summary>Checks that a graph can play its part in the OCR pipeline, so that the build says it and not the first page.</summary>
internal static class ModelChecks
{
    /// <summary>Image [N, 3, H, W] to a map of probabilities [N, 1, H, W].</summary>
    public static void Detector(Graph graph, string path)
    {
        TakesImages(graph, path, "detector");
        if (OutputRank(graph) is not (null or 4) || Dimension(graph, 1) is not (-1 or 1))
        {
            throw new CompilerException(
                $"{path} does not give one map an image, [N, 1, H, W]: it is not a text detector."
            );
        }
    }

    /// <summary>Image [N, 3, H, W] to classes along the line, [N, T, classes].</summary>
    public static void Recognizer(Graph graph, string path)
    {
        TakesImages(graph, path, "recognizer");
        if (OutputRank(graph) != 3 || Classes(graph) < 2)
        {
            throw new CompilerException(
                $"{path} does not give classes along a line, [N, T, classes]: it is not a recognizer."
            );
        }
    }

    /// <summary>Number of classes a recognizer tells apart.</summary>
    public static int Classes(Graph graph) => Dimension(graph, 2);

    private static void TakesImages(Graph graph, string path, string role)
    {
        if (graph.Inputs is not [var input] || input.Shape() is not [_, 3, _, _] || graph.Outputs.Count != 1)
        {
            throw new CompilerException(
                $"{path} does not take one image of three channels, [N, 3, H, W]: it is not a {role}."
            );
        }
    }

    private static int? OutputRank(Graph graph) => graph.Outputs[0].Shape()?.Length;

    /// <summary>A dimension of the output, -1 where it is known at run time only.</summary>
    private static int Dimension(Graph graph, int axis) =>
        graph.Outputs[0].Shape() is { } shape && axis < shape.Length ? shape[axis] : -1;
}

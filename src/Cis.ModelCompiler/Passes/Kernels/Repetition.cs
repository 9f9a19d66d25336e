using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>An image each pixel of which is repeated, as PaddlePaddle exports nearest-neighbor upsampling.</summary>
/// <param name="Image">The image before.</param>
/// <param name="Times">How often, both ways.</param>
internal sealed record Repetition(string Image, int Times)
{
    /// <summary>What repeats pixels to make a value; none where something else makes it, or others read it too.</summary>
    public static Repetition? Of(Graph graph, string value)
    {
        if (graph.Producer(value) is not { } node || !node.Is("Resize") || graph.OnlyConsumer(value) is null)
        {
            return null;
        }

        bool isNearest =
            node.Text("mode", "nearest") is "nearest"
            && node.Text("coordinate_transformation_mode", "half_pixel") is "asymmetric"
            && node.Text("nearest_mode", "round_prefer_floor") is "floor";
        if (!isNearest || node.Input.Count != 3 || graph.Constant(node.Input[2])?.Floats() is not [1, 1, var y, var x])
        {
            return null;
        }

        return x == y && x is 2 or 4 or 8 or 16 ? new Repetition(node.Input[0], (int)x) : null;
    }
}

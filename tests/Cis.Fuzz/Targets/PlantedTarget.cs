using Cis.Fuzz.Planted;

namespace Cis.Fuzz.Targets;

/// <summary>The bug that shows that bugs are found; it runs only where it is named.</summary>
internal sealed class PlantedTarget : FuzzTarget
{
    internal override int LeastEdges => 0;

    internal override void Run(ReadOnlySpan<byte> input) => PlantedBug.Parse(input);
}

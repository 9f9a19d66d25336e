namespace Cis.Worker.Tests.Support;

/// <summary>
/// Listeners hear of every worker in the process, and what one makes of an event costs whoever caused it memory: tests that
/// listen, or that count memory, run while no other does.
/// </summary>
[CollectionDefinition(Collection, DisableParallelization = true)]
public sealed class Telemetry
{
    public const string Collection = "telemetry";
}

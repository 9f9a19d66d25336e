namespace Cis.Fuzz.Targets;

/// <summary>The targets that take inputs in process.</summary>
internal static class TargetList
{
    private static readonly Func<FuzzTarget>[] s_all =
    [
        () => new MessageTarget(),
        () => new ServiceTarget(),
        () => new BulkTarget(),
        () => new PayloadTarget(),
        () => new ConfigurationTarget(),
        () => new BmpTarget(),
        () => new GlyphTarget(),
        () => new SearchTarget(),
        () => new HttpTarget(),
        () => new SandboxMessageTarget(),
    ];

    /// <summary>All that run by themselves.</summary>
    internal static IEnumerable<FuzzTarget> All => s_all.Select(make => make());

    /// <summary>The target of a name.</summary>
    internal static FuzzTarget? Find(string name) =>
        All.Append(new PlantedTarget()).FirstOrDefault(target => target.Name == name);
}

namespace Cis.Fuzz.Targets;

/// <summary>The targets that take inputs in process, by their names; made only where they run.</summary>
internal static class TargetList
{
    internal const string Planted = "planted";

    private static readonly Dictionary<string, Func<FuzzTarget>> s_all = new(StringComparer.Ordinal)
    {
        ["messages"] = () => new MessageTarget(),
        ["service-answers"] = () => new ServiceTarget(),
        ["bulk-answers"] = () => new BulkTarget(),
        ["payload-table"] = () => new PayloadTarget(),
        ["configuration"] = () => new ConfigurationTarget(),
        ["bmp"] = () => new BmpTarget(),
        ["pdf-glyphs"] = () => new GlyphTarget(),
        ["search-queries"] = () => new SearchTarget(),
        ["http-requests"] = () => new HttpTarget(),
        ["sandbox-messages"] = () => new SandboxMessageTarget(),
        [Planted] = () => new PlantedTarget(),
    };

    /// <summary>All that run by themselves.</summary>
    internal static IEnumerable<string> Names => s_all.Keys.Where(name => name != Planted);

    internal static bool Has(string name) => s_all.ContainsKey(name);

    internal static FuzzTarget Make(string name) => s_all[name]();
}

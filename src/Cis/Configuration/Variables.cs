using Cis.Payload;

namespace Cis.Configuration;

/// <summary>The environment's variables.</summary>
/// <param name="valueOf">A variable's value by its name; null if it is not set.</param>
/// <param name="names">All names.</param>
internal sealed class Variables(Func<string, string?> valueOf, IEnumerable<string> names)
{
    /// <summary>Names a configuration file, as the flag <c>--config</c> does.</summary>
    internal const string ConfigFile = "CIS_CONFIG";

    /// <summary>Names the folder whose database <c>cis search</c> looks in.</summary>
    internal const string LocalFolder = "CIS_LOCAL";

    /// <summary>Tells a child process whose end it does not outlive.</summary>
    internal const string ParentProcess = "CIS_PARENT_PROCESS";

    private const string Prefix = "CIS_";

    private static readonly string[] NoSettings = [ConfigFile, LocalFolder, ParentProcess, PayloadStore.FolderVariable];

    /// <summary>A sentence for each variable that looks like a setting's but is not.</summary>
    internal IEnumerable<string> Unknown =>
        names
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Except(
                Settings.All.SelectMany(setting => setting.Variables.Concat(setting.OldVariables)),
                StringComparer.Ordinal
            )
            .Except(NoSettings, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(Sentence);

    /// <summary>A variable's value; null if it is not set, or empty.</summary>
    internal string? Find(string name) => valueOf(name) is { Length: > 0 } value ? value : null;

    private static string Sentence(string name)
    {
        string[] known = [.. Settings.All.Select(setting => setting.Variable)];
        string hint = Spelling.IsNear(name, known, out string nearest) ? $"; did you mean {nearest}?" : "";
        return $"the variable {name} is not a setting and is ignored{hint}";
    }
}

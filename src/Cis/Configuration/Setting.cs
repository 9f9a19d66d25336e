namespace Cis.Configuration;

/// <summary>
/// One thing that a user can set: its name, type, default, range and help. The flag, the environment variable, the key
/// in the configuration file, <c>cis config show</c> and the table in docs/settings.md all come from here.
/// </summary>
internal abstract class Setting(string name, string valueName, string range, string defaultText, string help)
{
    /// <summary>The key in the configuration file, and the flag without its dashes: <c>page-seconds</c>.</summary>
    internal string Name { get; } = name;

    /// <summary>What stands for the value in the help: <c>SECONDS</c>.</summary>
    internal string ValueName { get; } = valueName;

    /// <summary>The values it takes, for a person: <c>a whole number from 50 to 1200</c>.</summary>
    internal string Range { get; } = range;

    /// <summary>The default as a user would write it; empty if there is none.</summary>
    internal string DefaultText { get; } = defaultText;

    /// <summary>One or two sentences.</summary>
    internal string Help { get; } = help;

    /// <summary>Whether its value must not be shown.</summary>
    internal bool IsSecret { get; init; }

    /// <summary>The flag: <c>--page-seconds</c>.</summary>
    internal string Flag => FlagOf(Name);

    /// <summary>The environment variable: <c>CIS_PAGE_SECONDS</c>.</summary>
    internal string Variable => VariableOf(Name);

    /// <summary>Other variables that set it, where <see cref="Variable"/> does not: the old worker's and AWS's own names.</summary>
    internal IReadOnlyList<string> OtherVariables { get; init; } = [];

    /// <summary>All variables that set it, the strongest first.</summary>
    internal IEnumerable<string> Variables => OtherVariables.Prepend(Variable);

    /// <summary>Names that it had in earlier versions: they set it still, with a warning.</summary>
    internal IReadOnlyList<string> OldNames { get; init; } = [];

    /// <summary>The flags of those.</summary>
    internal IEnumerable<string> OldFlags => OldNames.Select(FlagOf);

    /// <summary>The variables of those.</summary>
    internal IEnumerable<string> OldVariables => OldNames.Select(VariableOf);

    /// <summary>Understands a value as a user wrote it.</summary>
    /// <returns>False if it is not of the type or out of <see cref="Range"/>.</returns>
    internal abstract bool TryParse(string text, out object? value);

    /// <summary>The value when nothing is set.</summary>
    internal abstract object? Default { get; }

    private static string FlagOf(string name) => "--" + name;

    private static string VariableOf(string name) => "CIS_" + name.Replace('-', '_').ToUpperInvariant();
}

/// <summary>A setting whose values are of one type.</summary>
internal sealed class Setting<T>(
    string name,
    string valueName,
    string range,
    T defaultValue,
    string defaultText,
    string help,
    Setting<T>.Parser parse
) : Setting(name, valueName, range, defaultText, help)
{
    /// <summary>Understands a text, or says that it is not one of the setting's values.</summary>
    internal delegate bool Parser(string text, out T value);

    internal override object? Default => defaultValue;

    internal override bool TryParse(string text, out object? value)
    {
        bool parsed = parse(text, out T typed);
        value = typed;
        return parsed;
    }
}

namespace Cis.Configuration;

/// <summary>A setting's value with the place it came from.</summary>
/// <param name="Value">The typed value.</param>
/// <param name="Text">The value as it was written.</param>
/// <param name="Origin">For a person: <c>default</c>, <c>file cis.json</c>, <c>environment CIS_DPI</c>, <c>flag --dpi</c>.</param>
internal sealed record SettingValue(object? Value, string Text, string Origin)
{
    /// <summary>Whether nobody has set it.</summary>
    internal bool IsDefault => Origin == "default";
}

/// <summary>A value that a setting does not take, or a configuration file that cannot be used.</summary>
internal sealed class SettingException(string message) : Exception(message);

/// <summary>
/// The values of all settings: the default, over it the configuration file's, over that the environment's, and the
/// flag's on top.
/// </summary>
internal sealed class SettingValues
{
    /// <summary>The environment variable that names a configuration file, as the flag <c>--config</c> does.</summary>
    internal const string ConfigVariable = "CIS_CONFIG";

    private readonly Dictionary<Setting, SettingValue> _values = [];

    private SettingValues() { }

    internal SettingValue this[Setting setting] => _values[setting];

    /// <summary>Gathers the values.</summary>
    /// <param name="configPath">What the flag <c>--config</c> says, if anything.</param>
    /// <param name="environment">An environment variable's value by its name; null or empty if it is not set.</param>
    /// <param name="flag">What a setting's flag says; null if it was not given.</param>
    /// <exception cref="SettingException">A value is not one of its setting's, or the file cannot be used.</exception>
    internal static SettingValues Resolve(
        string? configPath,
        Func<string, string?> environment,
        Func<Setting, string?> flag
    )
    {
        string? path = configPath ?? NullIfEmpty(environment(ConfigVariable));
        IReadOnlyDictionary<Setting, string> file = path is null
            ? new Dictionary<Setting, string>()
            : ConfigFile.Read(path);
        var values = new SettingValues();
        foreach (Setting setting in Settings.All)
        {
            values._values[setting] =
                Given(setting, flag(setting), $"flag {setting.Flag}")
                ?? GivenByVariable(setting, environment)
                ?? Given(setting, file.GetValueOrDefault(setting), $"file {path}")
                ?? new SettingValue(setting.Default, setting.DefaultText, "default");
        }

        return values;
    }

    internal T Get<T>(Setting<T> setting) => (T)_values[setting].Value!;

    private static SettingValue? Given(Setting setting, string? text, string origin)
    {
        if (text is null)
        {
            return null;
        }

        if (!setting.TryParse(text, out object? value))
        {
            throw new SettingException($"{setting.Name} takes {setting.Range}, not \"{text}\" ({origin})");
        }

        return new SettingValue(value, text, origin);
    }

    private static SettingValue? GivenByVariable(Setting setting, Func<string, string?> environment) =>
        new[] { setting.Variable }
            .Concat(setting.OtherVariables)
            .Select(variable => Given(setting, NullIfEmpty(environment(variable)), $"environment {variable}"))
            .FirstOrDefault(value => value is not null);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

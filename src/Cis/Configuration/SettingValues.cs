using Microsoft.Extensions.Configuration;

namespace Cis.Configuration;

/// <summary>A setting's value with the place it came from.</summary>
/// <param name="Value">The typed value.</param>
/// <param name="Text">The value as it was written.</param>
/// <param name="Origin">For a person: <c>default</c>, <c>file cis.json</c>, <c>environment CIS_DPI</c>, <c>flag --dpi</c>.</param>
internal sealed record SettingValue(object? Value, string Text, string Origin)
{
    /// <summary>Whether nobody has set it.</summary>
    internal bool IsDefault => Origin == DefaultOrigin;

    /// <summary>The origin of a value that nobody has set.</summary>
    internal const string DefaultOrigin = "default";
}

/// <summary>A value that a setting does not take, or a configuration file that cannot be used.</summary>
internal sealed class SettingException(string message) : Exception(message);

/// <summary>
/// The values of all settings: the default, over it the configuration file's, over that the environment's, and the
/// flag's on top.
/// </summary>
internal sealed class SettingValues
{
    private readonly Dictionary<Setting, SettingValue> _values = [];
    private readonly List<string> _warnings = [];

    private SettingValues() { }

    internal SettingValue this[Setting setting] => _values[setting];

    /// <summary>What is not as somebody may think that it is, a sentence each: old names, variables of no setting.</summary>
    internal IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Gathers the values.</summary>
    /// <param name="configPath">What the flag <c>--config</c> says, if anything.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="flag">What a flag says, by its name with the dashes; null if it was not given.</param>
    /// <exception cref="SettingException">A value is not one of its setting's, or the file cannot be used.</exception>
    internal static SettingValues Resolve(string? configPath, Variables environment, Func<string, string?> flag)
    {
        string? path = configPath ?? environment.Find(Variables.ConfigFile);
        var layers = new ConfigurationBuilder();
        if (path is not null)
        {
            layers.Add(ConfigFile.Open(path));
        }

        layers.Add(new VariableProvider(environment)).Add(new FlagProvider(flag));
        ISettingProvider[] topDown = [.. layers.Build().Providers.Cast<ISettingProvider>().Reverse()];
        var values = new SettingValues();
        foreach (Setting setting in Settings.All)
        {
            values._values[setting] = values.ValueOf(setting, topDown);
        }

        values._warnings.AddRange(environment.Unknown);
        return values;
    }

    internal T Get<T>(Setting<T> setting) => (T)_values[setting].Value!;

    private SettingValue ValueOf(Setting setting, ISettingProvider[] topDown)
    {
        foreach (ISettingProvider layer in topDown)
        {
            if (layer.TryGet(setting.Name, out string? text) && text is not null)
            {
                if (layer.OldNameOf(setting) is { } old)
                {
                    _warnings.Add($"{old} is an old name of {setting.Name}, and will go ({layer.OriginOf(setting)})");
                }

                return Understand(setting, text, layer.OriginOf(setting));
            }
        }

        return new SettingValue(setting.Default, setting.DefaultText, SettingValue.DefaultOrigin);
    }

    private static SettingValue Understand(Setting setting, string text, string origin) =>
        setting.TryParse(text, out object? value)
            ? new SettingValue(value, text, origin)
            : throw new SettingException($"{setting.Name} takes {setting.Range}, not \"{text}\" ({origin})");
}

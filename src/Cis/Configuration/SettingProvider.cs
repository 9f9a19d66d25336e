using Microsoft.Extensions.Configuration;

namespace Cis.Configuration;

/// <summary>One layer of the configuration, which can say where a value was found.</summary>
internal interface ISettingProvider : IConfigurationProvider
{
    /// <summary>For a person: <c>file cis.json</c>, <c>environment CIS_DPI</c>, <c>flag --dpi</c>.</summary>
    string OriginOf(Setting setting);

    /// <summary>The name that a value was given by, where that is one that the setting had once.</summary>
    string? OldNameOf(Setting setting);
}

/// <summary>The values that the environment's variables give.</summary>
internal sealed class VariableProvider(Variables environment)
    : ConfigurationProvider,
        IConfigurationSource,
        ISettingProvider
{
    private readonly Dictionary<Setting, string> _names = [];

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc/>
    public string OriginOf(Setting setting) => $"environment {_names[setting]}";

    /// <inheritdoc/>
    public string? OldNameOf(Setting setting) => setting.OldVariables.FirstOrDefault(name => name == _names[setting]);

    public override void Load()
    {
        foreach (Setting setting in Settings.All)
        {
            if (
                setting
                    .Variables.Concat(setting.OldVariables)
                    .FirstOrDefault(name => environment.Find(name) is not null) is
                { } name
            )
            {
                _names[setting] = name;
                Data[setting.Name] = environment.Find(name);
            }
        }
    }
}

/// <summary>The values that the command line's flags give.</summary>
internal sealed class FlagProvider(Func<string, string?> flag)
    : ConfigurationProvider,
        IConfigurationSource,
        ISettingProvider
{
    private readonly Dictionary<Setting, string> _flags = [];

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc/>
    public string OriginOf(Setting setting) => $"flag {_flags[setting]}";

    /// <inheritdoc/>
    public string? OldNameOf(Setting setting) => setting.OldFlags.FirstOrDefault(name => name == _flags[setting]);

    public override void Load()
    {
        foreach (Setting setting in Settings.All)
        {
            if (setting.OldFlags.Prepend(setting.Flag).FirstOrDefault(name => flag(name) is not null) is { } name)
            {
                _flags[setting] = name;
                Data[setting.Name] = flag(name);
            }
        }
    }
}

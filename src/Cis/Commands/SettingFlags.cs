using System.CommandLine;
using Cis.Configuration;

namespace Cis.Commands;

/// <summary>The flags of the settings, and <c>--config</c>, for a command that takes them.</summary>
internal sealed class SettingFlags
{
    private readonly Option<string?> _config = new("--config")
    {
        HelpName = "FILE",
        Description =
            $"Read settings from a JSON file, such as {{\"dpi\": 300}}. [variable: {SettingValues.ConfigVariable}]",
    };

    private readonly Dictionary<Setting, Option<string?>> _flags = [];

    /// <summary>Adds the flags of some settings to a command.</summary>
    internal SettingFlags(Command command, IReadOnlyList<Setting> settings)
    {
        foreach (Setting setting in settings)
        {
            string standard = setting.DefaultText.Length == 0 ? "" : $" [default: {setting.DefaultText}]";
            var flag = new Option<string?>(setting.Flag)
            {
                HelpName = setting.ValueName,
                Description = setting.Help + standard,
            };
            _flags.Add(setting, flag);
            command.Options.Add(flag);
        }

        command.Options.Add(_config);
    }

    /// <summary>The values that hold for a command line.</summary>
    /// <exception cref="SettingException">A value is not one of its setting's, or the file cannot be used.</exception>
    internal SettingValues Resolve(ParseResult parsed, CommandHost host) =>
        SettingValues.Resolve(parsed.GetValue(_config), host.Environment, setting => FlagOf(setting, parsed));

    private string? FlagOf(Setting setting, ParseResult parsed) =>
        _flags.TryGetValue(setting, out Option<string?>? flag) ? parsed.GetValue(flag) : null;
}

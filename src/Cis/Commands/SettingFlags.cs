using System.CommandLine;
using Cis.Commands.Tree;
using Cis.Configuration;

namespace Cis.Commands;

/// <summary>The flags of the settings, and <c>--config</c>, for a command that takes them.</summary>
internal sealed class SettingFlags
{
    private readonly Option<string?> _config = new Option<string?>("--config")
    {
        HelpName = "FILE",
        Description = $"Read settings from a JSON file, such as {{\"dpi\": 300}}. [variable: {Variables.ConfigFile}]",
    }.In(OptionSection.Help);

    private readonly Dictionary<string, Option<string?>> _flags = [];

    /// <summary>Adds the flags of some settings to a command.</summary>
    internal SettingFlags(Command command, IReadOnlyList<Setting> settings)
    {
        foreach (Setting setting in settings)
        {
            string standard = setting.DefaultText.Length == 0 ? "" : $" [default: {setting.DefaultText}]";
            Add(command, setting.Flag, setting, setting.Help + standard);
            foreach (string old in setting.OldFlags)
            {
                Add(command, old, setting, $"An old name of {setting.Flag}.").Hidden = true;
            }
        }

        command.Options.Add(_config);
    }

    /// <summary>The values that hold for a command line; what is odd about them is said on standard error.</summary>
    /// <exception cref="SettingException">A value is not one of its setting's, or the file cannot be used.</exception>
    internal SettingValues Resolve(ParseResult parsed, CommandHost host)
    {
        SettingValues values = ResolveSilently(parsed, host);
        foreach (string warning in values.Warnings)
        {
            host.Error.Complain($"warning: {warning}");
        }

        return values;
    }

    /// <summary>The same for a command that logs <see cref="SettingValues.Warnings"/>.</summary>
    /// <exception cref="SettingException">As <see cref="Resolve"/>.</exception>
    internal SettingValues ResolveSilently(ParseResult parsed, CommandHost host) =>
        SettingValues.Resolve(parsed.GetValue(_config), host.Variables, flag => FlagOf(flag, parsed));

    private Option<string?> Add(Command command, string flag, Setting setting, string help)
    {
        Option<string?> option = new Option<string?>(flag) { HelpName = setting.ValueName, Description = help }.In(
            OptionSections.Of(setting)
        );
        _flags.Add(flag, option);
        command.Options.Add(option);
        return option;
    }

    private string? FlagOf(string flag, ParseResult parsed) =>
        _flags.TryGetValue(flag, out Option<string?>? option) ? parsed.GetValue(option) : null;
}

using System.CommandLine;
using Cis.Configuration;

namespace Cis.Commands;

/// <summary><c>cis config</c>: shows the settings.</summary>
internal static class ConfigCommand
{
    internal static Command Create(CommandHost host)
    {
        var show = new Command("show", "Print every setting's value and where it came from.");
        var flags = new SettingFlags(show, Settings.All);
        show.SetAction(parsed => host.Out.Write(SettingTable.Show(flags.Resolve(parsed, host))));

        var reference = new Command("reference", "Print the table of all settings in Markdown.");
        reference.SetAction(_ => host.Out.Write(SettingTable.Markdown()));
        return new Command("config", "Show the settings.") { show, reference };
    }
}

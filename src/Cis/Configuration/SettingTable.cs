using System.Text;

namespace Cis.Configuration;

/// <summary>Shows the settings: their values with where they came from, or the reference for the documentation.</summary>
internal static class SettingTable
{
    /// <summary>One line per setting: name, value, origin.</summary>
    internal static string Show(SettingValues values)
    {
        int nameWidth = Settings.All.Max(setting => setting.Name.Length);
        int valueWidth = Settings.All.Max(setting => Shown(setting, values).Length);
        var lines = new StringBuilder();
        foreach (Setting setting in Settings.All)
        {
            string name = setting.Name.PadRight(nameWidth);
            string value = Shown(setting, values).PadRight(valueWidth);
            lines.Append(name).Append(" = ").Append(value).Append("  (").Append(values[setting].Origin).Append(")\n");
        }

        return lines.ToString();
    }

    /// <summary>The table of all settings in Markdown.</summary>
    internal static string Markdown()
    {
        var table = new StringBuilder(
            "| key, flag | variable | default | takes | what it does |\n| --- | --- | --- | --- | --- |\n"
        );
        foreach (Setting setting in Settings.All)
        {
            string fallback = setting.DefaultText.Length == 0 ? "none" : $"`{setting.DefaultText}`";
            table.Append("| `").Append(setting.Flag).Append("` | `").Append(setting.Variable);
            foreach (string variable in setting.OtherVariables)
            {
                table.Append("`, `").Append(variable);
            }

            table.Append("` | ");
            table
                .Append(fallback)
                .Append(" | ")
                .Append(setting.Range)
                .Append(" | ")
                .Append(setting.Help)
                .Append(" |\n");
        }

        return table.ToString();
    }

    private static string Shown(Setting setting, SettingValues values)
    {
        string text = values[setting].Text;
        if (setting.IsSecret)
        {
            return text.Length > 0 ? "(set, not shown)" : text;
        }

        // A URL can have a user and a password in it.
        return setting == WorkerSettings.Endpoint && text.LastIndexOf('@') is var at and >= 0 ? "…" + text[at..] : text;
    }
}

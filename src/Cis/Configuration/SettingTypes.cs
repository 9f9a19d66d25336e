using System.Globalization;

namespace Cis.Configuration;

/// <summary>The types that settings have: each knows how a value is written and what its range is.</summary>
internal static class SettingTypes
{
    private const string DurationRange = "seconds, or a number with a unit such as 500ms, 90s, 5min or 2h";

    // Past any page or file; the timers behind the limits end at 49 days.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(1);

    private static readonly (string Suffix, long Factor)[] ByteUnits =
    [
        ("KiB", 1L << 10),
        ("MiB", 1L << 20),
        ("GiB", 1L << 30),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("B", 1),
        ("", 1),
    ];

    /// <summary>A whole number within bounds.</summary>
    internal static Setting<int> Integer(
        string name,
        int defaultValue,
        int least,
        int most,
        string help,
        string? defaultText = null
    ) =>
        new(
            name,
            "N",
            $"a whole number from {least} to {most}",
            defaultValue,
            defaultText ?? Written(defaultValue),
            help,
            (string text, out int value) =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
                && value >= least
                && value <= most
        );

    /// <summary>A fraction from 0 to 1.</summary>
    internal static Setting<float> Share(string name, float defaultValue, string help) =>
        new(
            name,
            "SHARE",
            "a number from 0 to 1",
            defaultValue,
            defaultValue.ToString(CultureInfo.InvariantCulture),
            help,
            (string text, out float value) =>
                float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                && value is >= 0 and <= 1
        );

    /// <summary>A duration in seconds or with a unit; what 0 stands for is said by <paramref name="zero"/>.</summary>
    internal static Setting<TimeSpan> Duration(
        string name,
        TimeSpan defaultValue,
        string help,
        string zero = "; 0 for no limit",
        params string[] oldNames
    ) => Duration(name, defaultValue, TimeSpan.Zero, MaxDuration, help, DurationRange + zero, oldNames);

    /// <summary>A duration within bounds.</summary>
    internal static Setting<TimeSpan> Duration(
        string name,
        TimeSpan defaultValue,
        TimeSpan min,
        TimeSpan max,
        string help,
        string? range = null,
        params string[] oldNames
    ) =>
        new(
            name,
            "SECONDS",
            range ?? $"{DurationRange}, from {DurationText.Write(min)} to {DurationText.Write(max)}",
            defaultValue,
            DurationText.Write(defaultValue),
            help,
            (string text, out TimeSpan value) => DurationText.TryParse(text, out value) && value >= min && value <= max
        )
        {
            OldNames = oldNames,
        };

    /// <summary>A duration within bounds that is a whole number of seconds, because the service takes no other.</summary>
    internal static Setting<TimeSpan> WholeSeconds(string name, TimeSpan defaultValue, int min, int max, string help) =>
        new(
            name,
            "SECONDS",
            $"whole seconds, or with a unit such as 30s or 5min, from {min} to {max}",
            defaultValue,
            DurationText.Write(defaultValue),
            help,
            (string text, out TimeSpan value) =>
                DurationText.TryParse(text, out value)
                && value.TotalSeconds >= min
                && value.TotalSeconds <= max
                && value.Ticks % TimeSpan.TicksPerSecond == 0
        );

    /// <summary>A number of bytes, with or without a unit.</summary>
    internal static Setting<long> Bytes(string name, long defaultMebibytes, string help) =>
        new(
            name,
            "BYTES",
            "a number of bytes above 0, or with a unit such as 512MiB or 2GB",
            defaultMebibytes << 20,
            $"{defaultMebibytes}MiB",
            help,
            TryParseBytes
        );

    /// <summary>A number of bytes that is a limit only where it is set; 0 stands for none.</summary>
    internal static Setting<long> OptionalBytes(string name, string help) =>
        new(
            name,
            "BYTES",
            "a number of bytes, or with a unit such as 512MiB or 2GB, or 0 for no limit",
            defaultValue: 0,
            "0",
            help,
            (string text, out long value) => TryParseBytes(text, out value) || text == "0"
        );

    /// <summary>One of the members of an enumeration, written as the given words.</summary>
    internal static Setting<T> Choice<T>(string name, T defaultValue, (string Word, T Value)[] choices, string help)
        where T : struct, Enum =>
        new(
            name,
            string.Join('|', choices.Select(choice => choice.Word)),
            "one of " + string.Join(", ", choices.Select(choice => choice.Word)),
            defaultValue,
            choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, defaultValue)).Word,
            help,
            (string text, out T value) =>
            {
                int index = Array.FindIndex(choices, c => c.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
                value = index < 0 ? default : choices[index].Value;
                return index >= 0;
            }
        );

    /// <summary>Yes or no, written on and off.</summary>
    internal static Setting<bool> Switch(string name, bool defaultValue, string help, params string[] oldNames) =>
        new(
            name,
            "on|off",
            "on or off",
            defaultValue,
            defaultValue ? "on" : "off",
            help,
            (string text, out bool value) =>
            {
                value = text.Equals("on", StringComparison.OrdinalIgnoreCase) || text is "true" or "1";
                return value || text.Equals("off", StringComparison.OrdinalIgnoreCase) || text is "false" or "0";
            }
        )
        {
            OldNames = oldNames,
        };

    /// <summary>Words with commas between them.</summary>
    internal static Setting<IReadOnlyList<string>> Words(
        string name,
        string valueName,
        IReadOnlyList<string> defaultValue,
        string range,
        string help
    ) =>
        new(
            name,
            valueName,
            range,
            defaultValue,
            string.Join(',', defaultValue),
            help,
            (string text, out IReadOnlyList<string> value) =>
            {
                value = text.Split([',', '+'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return value.Count > 0;
            }
        );

    /// <summary>Any text.</summary>
    internal static Setting<string?> Text(
        string name,
        string valueName,
        string help,
        bool isSecret = false,
        string? defaultValue = null,
        params string[] otherVariables
    ) =>
        new(
            name,
            valueName,
            "any text",
            defaultValue,
            defaultText: defaultValue ?? "",
            help,
            (string text, out string? value) =>
            {
                value = text;
                return true;
            }
        )
        {
            IsSecret = isSecret,
            OtherVariables = otherVariables,
        };

    private static bool TryParseBytes(string text, out long value)
    {
        (string suffix, long factor) = Array.Find(
            ByteUnits,
            unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase)
        );
        string number = text[..^suffix.Length].TrimEnd();
        bool parsed = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        bool inRange = parsed && value >= 1 && value <= long.MaxValue / factor;
        value = inRange ? value * factor : 0;
        return inRange;
    }

    private static string Written(int value) => value.ToString(CultureInfo.InvariantCulture);
}

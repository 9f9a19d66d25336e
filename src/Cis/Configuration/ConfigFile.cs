using System.Globalization;
using System.Text.Json;
using Cis.Pages;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Cis.Configuration;

/// <summary>
/// The configuration file: one JSON object whose keys are names of settings. Comments and trailing commas are allowed.
/// </summary>
internal sealed class ConfigFile : JsonStreamConfigurationProvider, ISettingProvider
{
    // No sensible file comes near; a device or a log named by mistake must not fill the memory.
    private const int MaxBytes = 1 << 20;

    private readonly string _path;
    private readonly Dictionary<Setting, string> _oldNames = [];

    private ConfigFile(string path, JsonStreamConfigurationSource source)
        : base(source) => _path = path;

    /// <inheritdoc/>
    public string OriginOf(Setting setting) => $"file {_path}";

    /// <inheritdoc/>
    public string? OldNameOf(Setting setting) => _oldNames.GetValueOrDefault(setting);

    /// <summary>A source of the file's values.</summary>
    /// <exception cref="SettingException">It cannot be read.</exception>
    internal static IConfigurationSource Open(string path)
    {
        try
        {
            return new FileSource(path, ReadBounded(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"the configuration file {path} cannot be read: {WhyNot(path, e)}");
        }
    }

    /// <summary>Reads the values as texts, as a flag would have them.</summary>
    /// <exception cref="SettingException">It is not a JSON object, or it has a key that is not a setting.</exception>
    public override void Load()
    {
        try
        {
            base.Load();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // The last is for strings that are not valid text, such as half a surrogate pair.
            throw new SettingException(
                $"{_path}: {WhereWrong(e)}. A configuration file is one JSON object: {{\"dpi\": 200}}"
            );
        }

        Data = Join(Data);
    }

    // The exception says of a folder that access is denied, and repeats the path in full.
    private static string WhyNot(string path, Exception e) =>
        e is DirectoryNotFoundException ? "there is no such file" : FileFault.Describe(e, path);

    // The parser counts lines from 0, editors from 1; its own words are about its depth and states.
    private static string WhereWrong(Exception e) =>
        (e as JsonException ?? e.InnerException as JsonException) is { LineNumber: { } line } fault
            ? $"line {line + 1}, byte {fault.BytePositionInLine + 1} is not JSON"
            : e.Message.TrimEnd('.');

    private static MemoryStream ReadBounded(string path)
    {
        // Neither a pipe nor a device says how long it is.
        using FileStream stream = File.OpenRead(path);
        byte[] content = new byte[MaxBytes + 1];
        int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return length <= MaxBytes
            ? new MemoryStream(content, 0, length)
            : throw new SettingException($"{path}: a configuration file has at most {MaxBytes} bytes");
    }

    // The library numbers the elements of an array: lang:0, lang:1.
    private Dictionary<string, string?> Join(IDictionary<string, string?> read)
    {
        var joined = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (string key in read.Keys.Order(ConfigurationKeyComparer.Instance))
        {
            string[] parts = key.Split(ConfigurationPath.KeyDelimiter);
            Setting setting = Find(parts[0]);
            string value = read[key] is { } text && IsElement(parts) ? text : throw NoValue(setting);
            joined[setting.Name] = joined.TryGetValue(setting.Name, out string? before)
                ? $"{before},{value}"
                : Written(setting, value);
        }

        return joined;
    }

    private static bool IsElement(string[] parts) =>
        parts.Length == 1
        || (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _));

    // The library writes true as True, a text of that name alike.
    private static string Written(Setting setting, string value) =>
        value switch
        {
            "True" when !setting.TryParse(value, out _) => "on",
            "False" when !setting.TryParse(value, out _) => "off",
            _ => value,
        };

    private Setting Find(string name)
    {
        if (Settings.ByName(name) is { } setting)
        {
            return setting;
        }

        if (Settings.ByOldName(name) is { } renamed)
        {
            _oldNames[renamed] = name;
            return renamed;
        }

        string nearest = Spelling.Nearest(name, Settings.All.Select(other => other.Name));
        throw new SettingException($"{_path}: there is no setting \"{name}\"; did you mean \"{nearest}\"?");
    }

    private SettingException NoValue(Setting setting) =>
        new($"{_path}: {setting.Name} takes a string, a number, true, false or strings");

    private sealed class FileSource(string path, MemoryStream content) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) =>
            new ConfigFile(path, new JsonStreamConfigurationSource { Stream = content });
    }
}

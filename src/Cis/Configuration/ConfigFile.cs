using System.Text.Json;

namespace Cis.Configuration;

/// <summary>
/// The configuration file: one JSON object whose keys are names of settings. Comments and trailing commas are allowed.
/// </summary>
internal static class ConfigFile
{
    // No sensible file comes near; a device or a log named by mistake must not fill the memory.
    private const int MaxBytes = 1 << 20;

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads the values as texts, as a flag would have them.</summary>
    /// <exception cref="SettingException">There is no such file, it is no JSON object, or it has a key that is no setting.</exception>
    internal static IReadOnlyDictionary<Setting, string> Read(string path)
    {
        try
        {
            return ReadValues(path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for strings that are no text, such as half a surrogate pair.
            throw new SettingException($"{path}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"the configuration file cannot be read: {e.Message}");
        }
    }

    private static Dictionary<Setting, string> ReadValues(string path)
    {
        var values = new Dictionary<Setting, string>();
        using JsonDocument document = Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new SettingException($"{path}: a configuration file is one JSON object, such as {{\"dpi\": 200}}");
        }

        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            values.Add(Find(property.Name, path), TextOf(property, path));
        }

        return values;
    }

    private static JsonDocument Parse(string path)
    {
        // Neither a pipe nor a device says how long it is.
        using FileStream stream = File.OpenRead(path);
        byte[] content = new byte[MaxBytes + 1];
        int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return length <= MaxBytes
            ? JsonDocument.Parse(new MemoryStream(content, 0, length), Options)
            : throw new SettingException($"{path}: a configuration file has at most {MaxBytes} bytes");
    }

    private static Setting Find(string name, string path)
    {
        foreach (Setting setting in Settings.All)
        {
            if (setting.Name == name)
            {
                return setting;
            }
        }

        string nearest = Spelling.Nearest(name, Settings.All.Select(setting => setting.Name));
        throw new SettingException($"{path}: there is no setting \"{name}\"; did you mean \"{nearest}\"?");
    }

    private static string TextOf(JsonProperty property, string path) =>
        property.Value.ValueKind switch
        {
            JsonValueKind.String => property.Value.GetString()!,
            JsonValueKind.Number => property.Value.GetRawText(),
            JsonValueKind.True => "on",
            JsonValueKind.False => "off",
            JsonValueKind.Array when property.Value.EnumerateArray().All(IsString) => string.Join(
                ',',
                property.Value.EnumerateArray().Select(element => element.GetString())
            ),
            _ => throw new SettingException(
                $"{path}: {property.Name} takes a string, a number, true, false or strings"
            ),
        };

    private static bool IsString(JsonElement element) => element.ValueKind == JsonValueKind.String;
}

using System.Text.Json;

namespace Cis.Aws;

/// <summary>What System.Text.Json throws for bytes that are not JSON, or JSON that no text can be made of.</summary>
internal static class JsonFault
{
    /// <summary>
    /// Whether an exception came of the bytes: of their form, or of half a surrogate pair as an escape ("\ud800"), which JSON
    /// allows and for which each reading of a name or a text throws an <see cref="InvalidOperationException"/>.
    /// </summary>
    internal static bool IsOfBytes(Exception e) => e is JsonException or InvalidOperationException;
}

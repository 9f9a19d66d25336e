using System.Text.Json;

namespace Cis.Payload;

/// <summary>Which models a payload carries.</summary>
/// <param name="Name">For people: <c>PP-OCRv6 small</c>.</param>
/// <param name="Sha256">Of the source models' files, in hexadecimal.</param>
/// <param name="Note">What is to be known of a family that is packed where the default cannot be fetched; or nothing.</param>
internal readonly record struct FamilySummary(string Name, string Sha256, string Note = "")
{
    /// <summary>Reads the top of the family's description; the rest of it is the recognizer's business.</summary>
    /// <exception cref="PayloadException">The payload has no models.</exception>
    public static FamilySummary Read(PayloadStore payload)
    {
        using PayloadView view = payload.Map(EntryOf(payload));
        var json = new Utf8JsonReader(view.Span);
        string name = "",
            sha256 = "",
            note = "";
        while (json.Read())
        {
            if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.ValueTextEquals("family") && json.Read())
            {
                name = json.GetString() ?? "";
            }
            else if (json.ValueTextEquals("sha256") && json.Read())
            {
                sha256 = json.GetString() ?? "";
            }
            else if (json.ValueTextEquals("note") && json.Read())
            {
                note = json.GetString() ?? "";
            }
        }
        return new FamilySummary(name, sha256, note);
    }

    /// <summary>The description of the payload's only family.</summary>
    /// <exception cref="PayloadException">The payload has no models.</exception>
    public static PayloadEntry EntryOf(PayloadStore payload)
    {
        foreach (PayloadEntry entry in payload.Entries)
        {
            if (
                entry.Name.StartsWith("models/", StringComparison.Ordinal)
                && entry.Name.EndsWith("/family.json", StringComparison.Ordinal)
            )
            {
                return entry;
            }
        }
        throw new PayloadException($"{payload.Location} carries no models: build it again with ./build.sh build.");
    }
}

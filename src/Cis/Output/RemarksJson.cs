using System.Text.Json;
using Cis.Pages;

namespace Cis.Output;

/// <summary>What of a page was left unread, as members of the page's object: none where there is nothing to say.</summary>
internal static class RemarksJson
{
    private const string Unreadable = "unreadable";
    private const string Lines = "unread_lines";
    private const string Share = "unread_share";
    private const string Notes = "notes";

    private const int ShareDigits = 3;

    internal static void Write(Utf8JsonWriter json, PageRemarks remarks)
    {
        if (remarks.Unreadable is { } reason)
        {
            json.WriteString(Unreadable, reason);
        }

        if (remarks.UnreadLines > 0)
        {
            json.WriteNumber(Lines, remarks.UnreadLines);
            json.WriteNumber(Share, Math.Round((decimal)Math.Clamp(remarks.UnreadShare, 0, 1), ShareDigits));
        }

        if (remarks.Notes.Count > 0)
        {
            json.WriteStartArray(Notes);
            foreach (string note in remarks.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Reads back what <see cref="Write"/> has written.</summary>
    internal static PageRemarks Read(JsonElement page) =>
        new()
        {
            Unreadable = page.TryGetProperty(Unreadable, out JsonElement reason) ? reason.GetString() : null,
            UnreadLines = page.TryGetProperty(Lines, out JsonElement lines) ? lines.GetInt32() : 0,
            UnreadShare = page.TryGetProperty(Share, out JsonElement share) ? share.GetSingle() : 0,
            Notes = page.TryGetProperty(Notes, out JsonElement notes)
                ? [.. notes.EnumerateArray().Select(note => note.GetString() ?? "")]
                : [],
        };
}

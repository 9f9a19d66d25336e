using System.Globalization;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>What a person is told of a page that was read, but not in full or not quite as asked.</summary>
internal static class RemarkText
{
    /// <summary>One line; null if there is nothing to say.</summary>
    internal static string? Of(PageReading reading)
    {
        PageRemarks remarks = reading.Text.Remarks;
        if (remarks is { Unreadable: null, LacksGoodPart: false, Notes.Count: 0 } && reading.Note is null)
        {
            return null; // as of nearly every page: nothing is made for it
        }

        string[] sentences = [.. Sentences(remarks), .. remarks.Notes];
        string said = string.Join("; ", reading.Note is { } note ? [.. sentences, note] : sentences);
        return said.Length > 0 ? said : null;
    }

    private static IEnumerable<string> Sentences(PageRemarks remarks)
    {
        if (remarks is { Unreadable: { } reason, UnreadLines: > 0 })
        {
            yield return $"{reason}: none of its text was taken, {remarks.UnreadLines} lines were found; "
                + "cis ocr --list-langs says what is read";
        }
        else if (remarks is { LacksGoodPart: true, UnreadLines: > 0 })
        {
            string share = remarks.UnreadShare.ToString("P0", CultureInfo.InvariantCulture);
            yield return $"{remarks.UnreadLines} of its lines, {share} of the text found, could not be read";
        }
    }
}

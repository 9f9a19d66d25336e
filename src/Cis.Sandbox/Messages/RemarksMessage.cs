using Cis.Pages;

namespace Cis.Sandbox.Messages;

/// <summary>What of a page was left unread.</summary>
internal static class RemarksMessage
{
    internal static void Write(MessageWriter to, PageRemarks remarks)
    {
        to.Flag(remarks != PageRemarks.None);
        if (remarks == PageRemarks.None)
        {
            return;
        }

        to.Count(remarks.UnreadLines);
        to.Single(remarks.UnreadShare);
        to.TextOrNone(remarks.Unreadable);
        to.Count(remarks.Notes.Count);
        foreach (string note in remarks.Notes)
        {
            to.Text(note);
        }
    }

    internal static PageRemarks Read(ref MessageReader from)
    {
        if (!from.Flag())
        {
            return PageRemarks.None;
        }

        int lines = from.Count();
        float share = from.Single();
        string? unreadable = from.TextOrNone();
        string[] notes = new string[from.CountOf(leastBytes: 1)];
        for (int i = 0; i < notes.Length; i++)
        {
            notes[i] = from.Text();
        }

        return new PageRemarks
        {
            UnreadLines = lines,
            UnreadShare = share,
            Unreadable = unreadable,
            Notes = notes,
        };
    }
}

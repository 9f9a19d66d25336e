namespace Cis.Searching;

/// <summary>A part of a hit's context.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsMatch">Whether it is what was searched for.</param>
public readonly record struct ContextPart(string Text, bool IsMatch)
{
    /// <summary>Cuts text in which matches stand between two marks into its parts.</summary>
    /// <param name="marked">The text.</param>
    /// <param name="start">The mark before a match; in no text that is indexed.</param>
    /// <param name="end">The mark behind it.</param>
    public static IReadOnlyList<ContextPart> Split(string marked, char start, char end)
    {
        ArgumentNullException.ThrowIfNull(marked);
        var parts = new List<ContextPart>();
        int from = 0;
        bool isMatch = false;
        for (int i = 0; i <= marked.Length; i++)
        {
            if (i < marked.Length && marked[i] != start && marked[i] != end)
            {
                continue;
            }

            if (i > from)
            {
                Add(parts, new ContextPart(marked[from..i], isMatch));
            }

            isMatch = i < marked.Length && marked[i] == start;
            from = i + 1;
        }

        return parts;
    }

    // Of a Japanese word each character may be marked.
    private static void Add(List<ContextPart> parts, ContextPart part)
    {
        if (parts is [.., var last] && last.IsMatch == part.IsMatch)
        {
            parts[^1] = last with { Text = last.Text + part.Text };
        }
        else
        {
            parts.Add(part);
        }
    }
}

namespace Cis.Searching;

/// <summary>A query cannot be understood; the message is one sentence for a person, and says where.</summary>
public sealed class SearchQueryException : Exception
{
    // Enough to find the place again in what was typed.
    private const int ShownCharacters = 24;

    /// <summary>A query that is wrong as a whole.</summary>
    public SearchQueryException(string message)
        : base(message) { }

    /// <summary>A query that is wrong at some place.</summary>
    /// <param name="message">What is wrong there.</param>
    /// <param name="query">The query.</param>
    /// <param name="position">The place, from 0.</param>
    internal SearchQueryException(string message, string query, int position)
        : base($"character {position + 1} of the query: {message}: {Excerpt(query, position)}") { }

    private static string Excerpt(string query, int position)
    {
        int end = Math.Min(query.Length, position + ShownCharacters);
        // Not between the halves of a character beyond the basic plane.
        end -= end < query.Length && char.IsHighSurrogate(query[end - 1]) ? 1 : 0;
        return query[position..end] + (end < query.Length ? "…" : "");
    }
}

namespace Cis.Searching;

/// <summary>What a piece of a query is.</summary>
internal enum SearchTokenKind
{
    /// <summary>A word, or words in quotes.</summary>
    Term,

    /// <summary>AND, which may as well be left out.</summary>
    And,

    /// <summary>OR.</summary>
    Or,

    /// <summary>NOT, or a minus before something.</summary>
    Not,

    /// <summary>An opening parenthesis.</summary>
    Open,

    /// <summary>A closing parenthesis.</summary>
    Close,

    /// <summary>The end of the query.</summary>
    End,
}

/// <summary>A piece of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Where it begins, from 0.</param>
/// <param name="Text">The text of a term.</param>
/// <param name="IsPrefix">Whether a star is behind the term.</param>
internal readonly record struct SearchToken(
    SearchTokenKind Kind,
    int Position,
    string Text = "",
    bool IsPrefix = false
);

namespace Cis.Searching;

/// <summary>
/// What a text must be like to be found. No node stands for texts without something alone, for no index can list those:
/// what must not be there always belongs to what must.
/// </summary>
public abstract record SearchNode;

/// <summary>A word, or several in their order.</summary>
/// <param name="Text">As it was typed, without quotes and star; it has a letter or a digit.</param>
/// <param name="IsPrefix">Whether the last word is a beginning, of any ending.</param>
public sealed record SearchTerm(string Text, bool IsPrefix) : SearchNode;

/// <summary>All of some things and none of others.</summary>
/// <param name="Wanted">At least one.</param>
/// <param name="Unwanted">None, or more.</param>
public sealed record SearchAll(IReadOnlyList<SearchNode> Wanted, IReadOnlyList<SearchNode> Unwanted) : SearchNode;

/// <summary>At least one of some things.</summary>
/// <param name="Choices">Two or more.</param>
public sealed record SearchAny(IReadOnlyList<SearchNode> Choices) : SearchNode;

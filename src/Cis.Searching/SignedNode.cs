namespace Cis.Searching;

/// <summary>
/// A part of a query while it is being understood: texts that are as a node says, or all that are not. Put together by
/// De Morgan's laws, so that what remains of a whole query is a node, unless it asks for nothing but absence.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="IsUnwanted">Whether the part stands for all texts that are not so.</param>
internal readonly record struct SignedNode(SearchNode Node, bool IsUnwanted)
{
    /// <summary>The opposite.</summary>
    internal SignedNode Opposite => this with { IsUnwanted = !IsUnwanted };

    /// <summary>All parts at once.</summary>
    /// <returns>Null if there are none.</returns>
    internal static SignedNode? AllOf(IReadOnlyList<SignedNode> parts)
    {
        (List<SearchNode> wanted, List<SearchNode> unwanted) = Divide(parts);
        return parts.Count == 0 ? null
            : wanted.Count == 0 ? new SignedNode(Any(unwanted), IsUnwanted: true)
            : new SignedNode(All(wanted, unwanted), IsUnwanted: false);
    }

    /// <summary>Any of the parts.</summary>
    /// <returns>Null if there are none.</returns>
    internal static SignedNode? AnyOf(IReadOnlyList<SignedNode> parts)
    {
        (List<SearchNode> wanted, List<SearchNode> unwanted) = Divide(parts);
        // "b, or without c" is all but "c without b".
        return parts.Count == 0 ? null
            : unwanted.Count == 0 ? new SignedNode(Any(wanted), IsUnwanted: false)
            : new SignedNode(All(unwanted, wanted), IsUnwanted: true);
    }

    private static (List<SearchNode> Wanted, List<SearchNode> Unwanted) Divide(IReadOnlyList<SignedNode> parts)
    {
        var wanted = new List<SearchNode>();
        var unwanted = new List<SearchNode>();
        foreach (SignedNode part in parts)
        {
            (part.IsUnwanted ? unwanted : wanted).Add(part.Node);
        }

        return (wanted, unwanted);
    }

    private static SearchNode Any(List<SearchNode> nodes) => nodes.Count == 1 ? nodes[0] : new SearchAny(nodes);

    private static SearchNode All(List<SearchNode> wanted, List<SearchNode> unwanted) =>
        wanted.Count == 1 && unwanted.Count == 0 ? wanted[0] : new SearchAll(wanted, unwanted);
}

namespace Cis.Layout;

/// <summary>How many lines stand on one side of a gutter.</summary>
internal struct SideCount
{
    /// <summary>All of them.</summary>
    public int Lines { get; private set; }

    /// <summary>Those of running text.</summary>
    public int Running { get; private set; }

    /// <summary>Counts a line.</summary>
    public void Add(Fragment line)
    {
        Lines++;
        Running += line.Running ? 1 : 0;
    }
}

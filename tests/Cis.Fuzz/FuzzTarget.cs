namespace Cis.Fuzz;

/// <summary>A parser that is given any bytes, and what must hold of it then.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>
    /// Edges that the stored corpus must cover, about nine tenths of what it did when it was stored: a target that returns
    /// early fails by it.
    /// </summary>
    internal abstract int LeastEdges { get; }

    /// <summary>Words of the format, which mutations put in.</summary>
    internal virtual IReadOnlyList<string> Words => [];

    /// <summary>Longer inputs find nothing that shorter ones do not.</summary>
    internal virtual int MostInput => 4 << 10;

    /// <summary>What one run may allocate on its thread.</summary>
    internal virtual long MostAllocated => 64 << 20;

    /// <summary>Parses; whatever comes out of this as an exception is a finding.</summary>
    internal abstract void Run(ReadOnlySpan<byte> input);

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Frees what it holds.</summary>
    protected virtual void Close() { }

    /// <summary>States what must hold.</summary>
    protected static void Demand(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(what);
        }
    }
}

/// <summary>A parser has returned something that it must not.</summary>
internal sealed class BrokenPromiseException(string what) : Exception(what);

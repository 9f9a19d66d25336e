namespace Cis.EndToEnd.Servers;

/// <summary>A way to a server that can be broken and mended.</summary>
internal abstract class Line(Uri url) : IAsyncDisposable
{
    /// <summary>Its near end.</summary>
    internal Uri Url { get; } = url;

    /// <summary>From now on nobody answers: open connections are closed, new ones refused.</summary>
    internal abstract Task BreakAsync();

    /// <summary>From now on about every second new connection is cut off after so many bytes of what comes back.</summary>
    internal abstract Task CutAsync(int afterBytes);

    /// <summary>From now on all is well.</summary>
    internal abstract Task MendAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

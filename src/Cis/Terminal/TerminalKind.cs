namespace Cis.Terminal;

/// <summary>What shows an output.</summary>
internal enum TerminalKind
{
    /// <summary>Nothing: a file, a pipe, a log.</summary>
    None,

    /// <summary>A terminal that only prints line after line (TERM is dumb).</summary>
    Dumb,

    /// <summary>A terminal whose user wants no escape sequences (NO_COLOR): a line can be written over.</summary>
    Plain,

    /// <summary>A terminal with colors.</summary>
    Colored,
}

/// <summary>Tells it by the environment.</summary>
internal static class TerminalKinds
{
    /// <summary>What shows an output.</summary>
    /// <param name="isTerminal">Whether it is a terminal at all.</param>
    /// <param name="environment">A variable's value by its name.</param>
    internal static TerminalKind Of(bool isTerminal, Func<string, string?> environment) =>
        !isTerminal ? TerminalKind.None
        : environment("TERM") is "dumb" ? TerminalKind.Dumb
        // No color if it is set to anything (no-color.org).
        : !string.IsNullOrEmpty(environment("NO_COLOR")) ? TerminalKind.Plain
        : TerminalKind.Colored;
}

using Microsoft.Extensions.Logging;

namespace Cis.Terminal;

/// <summary>
/// Standard error: lines for a person and, on a terminal, one status line that is redrawn below them. Thread-safe.
/// </summary>
internal sealed class ErrorOutput
{
    private const string EraseLine = "\r\e[K";

    private readonly Lock _gate = new();
    private readonly TextWriter _writer;
    private readonly bool _isColored;
    private string _status = "";

    /// <summary>A standard error.</summary>
    /// <param name="writer">Takes the characters.</param>
    /// <param name="isTerminal">Whether a status line makes sense.</param>
    /// <param name="noColor">The variable NO_COLOR: no color if it is set to anything (no-color.org).</param>
    internal ErrorOutput(TextWriter writer, bool isTerminal, string? noColor)
    {
        _writer = writer;
        IsTerminal = isTerminal;
        _isColored = isTerminal && string.IsNullOrEmpty(noColor);
    }

    /// <summary>Whether a person watches.</summary>
    internal bool IsTerminal { get; }

    /// <summary>Writes <c>cis: message</c>.</summary>
    internal void Complain(string message) =>
        WriteLine((_isColored ? "\e[31mcis:\e[0m " : "cis: ") + TerminalText.OneLine(message));

    /// <summary>A log whose lines go here.</summary>
    internal ConsoleLog Log(LogFormat format, LogLevel least) =>
        new(WriteLine, ForWhom(format), least, TimeProvider.System);

    /// <summary>Writes text that may have several lines.</summary>
    internal void WriteLine(string text)
    {
        lock (_gate)
        {
            Erase();
            Write(text + "\n" + _status);
        }
    }

    /// <summary>Shows a status line in place of the last one; empty for none.</summary>
    internal void ShowStatus(string status)
    {
        if (!IsTerminal)
        {
            return;
        }

        lock (_gate)
        {
            Erase();
            string line = TerminalText.OneLine(status);
            _status = _isColored && line.Length > 0 ? $"\e[36m{line}\e[0m" : line;
            Write(_status);
        }
    }

    /// <summary>Does something while no status line is on the screen, such as writing to standard output.</summary>
    internal void WithoutStatus(Action action)
    {
        lock (_gate)
        {
            Erase();
            action();
            Write(_status);
        }
    }

    private LogFormat ForWhom(LogFormat format) =>
        format != LogFormat.Auto ? format
        : IsTerminal ? LogFormat.Text
        : LogFormat.Json;

    private void Erase()
    {
        if (_status.Length > 0)
        {
            Write(EraseLine);
        }
    }

    // A log on a full disk must not end the work that it tells of, and there is nobody else to tell.
    private void Write(string text)
    {
        try
        {
            _writer.Write(text);
        }
        catch (IOException) { }
    }
}

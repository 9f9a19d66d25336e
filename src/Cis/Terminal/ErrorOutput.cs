using Microsoft.Extensions.Logging;

namespace Cis.Terminal;

/// <summary>
/// Standard error: lines for a person and, on a terminal, one status line that is redrawn below them. Thread-safe.
/// </summary>
internal sealed class ErrorOutput
{
    private readonly Lock _gate = new();
    private readonly TextWriter _writer;
    private readonly TerminalKind _kind;
    private string _status = "";

    /// <summary>A standard error.</summary>
    /// <param name="writer">Takes the characters.</param>
    /// <param name="kind">What they are shown by.</param>
    internal ErrorOutput(TextWriter writer, TerminalKind kind)
    {
        _writer = writer;
        _kind = kind;
    }

    /// <summary>Whether a person watches.</summary>
    internal bool IsTerminal => _kind != TerminalKind.None;

    /// <summary>Whether a status line can be drawn again and again, and is wanted.</summary>
    internal bool ShowsStatus => !IsQuiet && _kind is (TerminalKind.Plain or TerminalKind.Colored);

    /// <summary>Whether nothing but failures is wanted.</summary>
    internal bool IsQuiet { get; set; }

    /// <summary>Whether a person asked for more detail.</summary>
    internal bool IsVerbose { get; set; }

    /// <summary>Writes a line that tells of no failure.</summary>
    internal void Remark(string message)
    {
        if (!IsQuiet)
        {
            WriteLine(message);
        }
    }

    /// <summary>Writes a line that only those want who asked for more detail.</summary>
    internal void Explain(string message)
    {
        if (IsVerbose)
        {
            WriteLine(TerminalText.OneLine(message));
        }
    }

    /// <summary>Writes <c>cis: message</c>.</summary>
    internal void Complain(string message) =>
        WriteLine((IsColored ? "\e[31mcis:\e[0m " : "cis: ") + TerminalText.OneLine(message));

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
        if (!ShowsStatus)
        {
            return;
        }

        lock (_gate)
        {
            Erase();
            string line = TerminalText.OneLine(status);
            _status = IsColored && line.Length > 0 ? $"\e[36m{line}\e[0m" : line;
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

    private bool IsColored => _kind == TerminalKind.Colored;

    private LogFormat ForWhom(LogFormat format) =>
        format != LogFormat.Auto ? format
        : IsTerminal ? LogFormat.Text
        : LogFormat.Json;

    private void Erase()
    {
        if (_status.Length > 0)
        {
            // Without escape sequences a line is erased by blanks over it.
            Write(IsColored ? "\r\e[K" : $"\r{new string(' ', _status.Length)}\r");
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

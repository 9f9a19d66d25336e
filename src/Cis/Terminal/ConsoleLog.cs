using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Cis.Terminal;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>Text to a terminal, else JSON.</summary>
    Auto,

    /// <summary>For a person.</summary>
    Text,

    /// <summary>One JSON object a line, with the message's values as members.</summary>
    Json,
}

/// <summary>Writes log lines, one for each event. Thread-safe if what it writes to is.</summary>
internal sealed class ConsoleLog(Action<string> write, LogFormat format, LogLevel least, TimeProvider time) : ILogger
{
    // The name under which the abstractions pass a message's template among its values.
    private const string TemplateName = "{OriginalFormat}";

    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly AsyncLocal<Scope?> _scope = new();

    /// <inheritdoc/>
    /// <remarks>Its values are members of each line in JSON that is written meanwhile; a person reads the message.</remarks>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        format == LogFormat.Json && state is IReadOnlyList<KeyValuePair<string, object?>> values
            ? _scope.Value = new Scope(this, values, _scope.Value)
            : null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string message = formatter(state, exception);
        write(
            format == LogFormat.Json
                ? Json(logLevel, eventId, message, state as IReadOnlyList<KeyValuePair<string, object?>>, exception)
                : Text(logLevel, eventId, message, exception)
        );
    }

    private string Now() =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Text(LogLevel level, EventId id, string message, Exception? exception)
    {
        string trace = exception is null ? "" : " " + exception;
        return $"{Now()} {NameOf(level), -5} {id.Id} {OneLine(message.TrimEnd())}{OneLine(trace)}";
    }

    private string Json(
        LogLevel level,
        EventId id,
        string message,
        IReadOnlyList<KeyValuePair<string, object?>>? values,
        Exception? exception
    )
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("time", Now());
            json.WriteString("level", NameOf(level));
            json.WriteNumber("event", id.Id);
            json.WriteString("message", message.TrimEnd());
            WriteValues(json, values ?? []);
            for (Scope? scope = _scope.Value; scope is not null; scope = scope.Outer)
            {
                WriteValues(json, scope.Values);
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        foreach ((string name, object? value) in values)
        {
            if (name == TemplateName || value is null)
            {
                continue;
            }

            json.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
            switch (value)
            {
                case int number:
                    json.WriteNumberValue(number);
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(value.ToString());
                    break;
            }
        }
    }

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "error",
            LogLevel.Critical => "fatal",
            _ => "debug",
        };

    // Keys and reasons are hostile.
    private static string OneLine(string text) => TerminalText.OneLine(text, replacement: ' ');

    /// <summary>Values that lines carry for a while.</summary>
    private sealed class Scope(ConsoleLog log, IReadOnlyList<KeyValuePair<string, object?>> values, Scope? outer)
        : IDisposable
    {
        internal IReadOnlyList<KeyValuePair<string, object?>> Values => values;

        internal Scope? Outer => outer;

        public void Dispose() => log._scope.Value = outer;
    }
}

using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Amazon.SQS.Model;
using Cis.Pages;
using Cis.Worker;
using Cis.Worker.Ports;
using Cis.Worker.Tracing;

namespace Cis.Aws.Queueing;

/// <summary>
/// A message's attributes as the texts that the worker knows, which remember their types for when the message is sent
/// on.
/// </summary>
internal sealed class SqsAttributes(Dictionary<string, MessageAttributeValue> typed)
    : IReadOnlyDictionary<string, string>
{
    internal const string Outcome = "cis-outcome";
    internal const string Reason = "cis-reason";
    internal const string ReceiveCount = "cis-receive-count";

    /// <summary>SQS's own attribute for the header of X-Ray; it counts neither as an attribute nor against a message's size.</summary>
    internal const string TraceHeader = "AWSTraceHeader";

    // A message has no more.
    private const int MaxAttributes = 10;

    // Well below what a queue takes beside a body; a reason is a sentence.
    private const int MaxReasonCharacters = 1000;

    private static readonly string[] Ours = [Outcome, Reason, ReceiveCount];

    public int Count => typed.Count;

    public IEnumerable<string> Keys => typed.Keys;

    public IEnumerable<string> Values => typed.Values.Select(TextOf);

    public string this[string key] => TextOf(typed[key]);

    public bool ContainsKey(string key) => typed.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        value = typed.TryGetValue(key, out MessageAttributeValue? found) ? TextOf(found) : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        typed.Select(pair => KeyValuePair.Create(pair.Key, TextOf(pair.Value))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The sender's attributes, without those that say why cis gave the message up.</summary>
    internal static Dictionary<string, MessageAttributeValue> OfSender(IReadOnlyDictionary<string, string> attributes)
    {
        Dictionary<string, MessageAttributeValue> all = attributes is SqsAttributes known
            ? new(known.Typed, StringComparer.Ordinal)
            : attributes.ToDictionary(pair => pair.Key, pair => Text(pair.Value), StringComparer.Ordinal);
        foreach (string name in Ours)
        {
            all.Remove(name);
        }

        return all;
    }

    /// <summary>The sender's attributes, as many as there is room for, with why cis gave the message up.</summary>
    internal static Dictionary<string, MessageAttributeValue> WithOutcome(
        QueueMessage message,
        Outcome outcome,
        string reason
    )
    {
        Dictionary<string, MessageAttributeValue> all = OfSender(message.Attributes);
        // The trace first: it is what a dead letter is looked into by.
        IEnumerable<string> byWorth = all.Keys.OrderByDescending(name => name == TraceParent.Attribute);
        foreach (string name in byWorth.Skip(MaxAttributes - Ours.Length).ToArray())
        {
            all.Remove(name);
        }

        all[Outcome] = Text(OutcomePolicy.NameOf(outcome));
        all[Reason] = Text(Clean(reason));
        all[ReceiveCount] = new() { DataType = "Number", StringValue = $"{message.ReceiveCount}" };
        return all;
    }

    /// <summary>The least of those of a dead letter.</summary>
    internal static Dictionary<string, MessageAttributeValue> OnlyOutcome(
        Dictionary<string, MessageAttributeValue> attributes
    ) => new(StringComparer.Ordinal) { [Outcome] = attributes[Outcome] };

    /// <summary>The header of X-Ray for a message that is sent on; null where there is none that SQS would take.</summary>
    internal static Dictionary<string, MessageSystemAttributeValue>? TraceOf(QueueMessage message) =>
        XRayHeader.TryParse(message.TraceHeader, out _)
            ? new(StringComparer.Ordinal)
            {
                [TraceHeader] = new() { DataType = "String", StringValue = message.TraceHeader },
            }
            : null;

    private Dictionary<string, MessageAttributeValue> Typed => typed;

    private static MessageAttributeValue Text(string value) => new() { DataType = "String", StringValue = value };

    private static string TextOf(MessageAttributeValue value) =>
        value.BinaryValue is { } bytes ? Convert.ToBase64String(bytes.ToArray()) : value.StringValue ?? "";

    // SQS takes the characters of XML 1.0 and no empty value; reasons quote file names, which have any.
    private static string Clean(string reason)
    {
        char[] characters =
            reason.Length == 0 ? ['?'] : reason.ToCharArray(0, Math.Min(reason.Length, MaxReasonCharacters));
        for (int i = 0; i < characters.Length; i++)
        {
            bool isPair = char.IsSurrogate(characters[i]) && IsInPair(characters, i);
            if (
                char.IsControl(characters[i])
                || characters[i] >= '\uFFFE'
                || (char.IsSurrogate(characters[i]) && !isPair)
            )
            {
                characters[i] = '?';
            }
        }

        return new string(characters);
    }

    private static bool IsInPair(char[] characters, int i) =>
        char.IsHighSurrogate(characters[i])
            ? i + 1 < characters.Length && char.IsLowSurrogate(characters[i + 1])
            : i > 0 && char.IsHighSurrogate(characters[i - 1]);
}

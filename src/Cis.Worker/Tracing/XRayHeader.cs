using System.Buffers;
using System.Diagnostics;

namespace Cis.Worker.Tracing;

/// <summary>
/// The header of AWS X-Ray, which SQS hands on as a message's <c>AWSTraceHeader</c>:
/// <c>Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1</c>.
/// </summary>
public static class XRayHeader
{
    // X-Ray's own are a third of it; senders may add fields of theirs.
    private const int MaxCharacters = 512;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private const int TimeDigits = 8;
    private const int UniqueDigits = 24;
    private const int SpanDigits = 16;

    /// <summary>Reads a header.</summary>
    /// <param name="header">What a sender has written, whoever that is.</param>
    /// <param name="context">
    /// The same as W3C has it: the trace's time and number are its first 8 and last 24 digits. A header without a parent names
    /// the trace alone.
    /// </param>
    /// <returns>False if it names no trace.</returns>
    public static bool TryParse(string? header, out ActivityContext context)
    {
        context = default;
        if (header is null || header.Length > MaxCharacters)
        {
            return false;
        }

        ActivityTraceId trace = default;
        ActivitySpanId parent = default;
        ActivityTraceFlags flags = ActivityTraceFlags.None;
        ReadOnlySpan<char> text = header;
        foreach (Range range in text.Split(';'))
        {
            ReadOnlySpan<char> field = text[range].Trim();
            if (field.StartsWith("Root=", StringComparison.Ordinal) && !TryParseRoot(field[5..], out trace))
            {
                return false;
            }
            else if (field.StartsWith("Parent=", StringComparison.Ordinal) && IsHex(field[7..], SpanDigits))
            {
                parent = ActivitySpanId.CreateFromString(field[7..]);
            }
            else if (field is "Sampled=1")
            {
                flags = ActivityTraceFlags.Recorded;
            }
        }

        context = new ActivityContext(trace, parent, flags, traceState: null, isRemote: true);
        return trace != default;
    }

    // "1-5759e988-bd862e3fe1be46a994272793": the 1 is the version.
    private static bool TryParseRoot(ReadOnlySpan<char> root, out ActivityTraceId trace)
    {
        trace = default;
        bool isOne =
            root.Length == 2 + TimeDigits + 1 + UniqueDigits
            && root.StartsWith("1-", StringComparison.Ordinal)
            && root[2 + TimeDigits] == '-'
            && IsHex(root.Slice(2, TimeDigits), TimeDigits, mayBeZero: true)
            && IsHex(root[^UniqueDigits..], UniqueDigits);
        if (isOne)
        {
            Span<char> digits = stackalloc char[TimeDigits + UniqueDigits];
            root.Slice(2, TimeDigits).CopyTo(digits);
            root[^UniqueDigits..].CopyTo(digits[TimeDigits..]);
            trace = ActivityTraceId.CreateFromString(digits);
        }

        return isOne;
    }

    private static bool IsHex(ReadOnlySpan<char> text, int length, bool mayBeZero = false) =>
        text.Length == length && !text.ContainsAnyExcept(HexDigits) && (mayBeZero || text.ContainsAnyExcept('0'));
}

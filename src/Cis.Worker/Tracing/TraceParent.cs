using System.Diagnostics;
using Cis.Worker.Ports;

namespace Cis.Worker.Tracing;

/// <summary>The trace that a message belongs to, as its sender says.</summary>
public static class TraceParent
{
    /// <summary>The attributes that W3C's Trace Context travels in.</summary>
    public const string Attribute = "traceparent";

    /// <summary>What belongs to it, of systems that the trace has passed.</summary>
    public const string StateAttribute = "tracestate";

    // What W3C asks everybody to hand on; more may be dropped.
    private const int MaxStateCharacters = 512;

    /// <summary>
    /// Finds it: <c>traceparent</c> is the sender's own word, <c>AWSTraceHeader</c> that of whatever was between.
    /// </summary>
    /// <returns>The default if there is none, or none that is one.</returns>
    public static ActivityContext Of(QueueMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (
            message.Attributes.TryGetValue(Attribute, out string? parent)
            && ActivityContext.TryParse(parent, StateOf(message), isRemote: true, out ActivityContext context)
        )
        {
            return context;
        }

        return XRayHeader.TryParse(message.TraceHeader, out context) ? context : default;
    }

    private static string? StateOf(QueueMessage message) =>
        message.Attributes.TryGetValue(StateAttribute, out string? state) && state.Length <= MaxStateCharacters
            ? state
            : null;
}

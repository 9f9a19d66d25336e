using System.Globalization;
using System.Text.Json;
using Amazon;

namespace Cis.Aws.Queueing;

/// <summary>A queue's redrive policy, as far as it can be read.</summary>
/// <param name="Target">The dead-letter queue; null if it cannot be read.</param>
/// <param name="Receives">After how many receives a message goes there; null if that cannot be read.</param>
internal sealed record RedrivePolicy(Arn? Target, int? Receives)
{
    private static readonly RedrivePolicy Unknown = new(Target: null, Receives: null);

    /// <summary>Reads the value of the attribute <c>RedrivePolicy</c>, which is JSON. Never throws for what it holds.</summary>
    internal static RedrivePolicy Parse(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return Unknown;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(TargetOf(document.RootElement), ReceivesOf(document.RootElement))
                : Unknown;
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            return Unknown;
        }
    }

    private static Arn? TargetOf(JsonElement policy) =>
        policy.TryGetProperty("deadLetterTargetArn", out JsonElement target)
        && target.ValueKind == JsonValueKind.String
        && Arn.TryParse(target.GetString(), out Arn arn)
            ? arn
            : null;

    // A number or, as older tools set it, a text of digits.
    private static int? ReceivesOf(JsonElement policy) =>
        policy.TryGetProperty("maxReceiveCount", out JsonElement count)
        && int.TryParse(
            count.ValueKind == JsonValueKind.String ? count.GetString() : count.GetRawText(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int receives
        )
        && receives > 0
            ? receives
            : null;
}

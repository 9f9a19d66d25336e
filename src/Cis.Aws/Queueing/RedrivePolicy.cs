using System.Globalization;
using System.Text.Json;
using Amazon;

namespace Cis.Aws.Queueing;

/// <summary>A queue's redrive policy.</summary>
/// <param name="Target">The dead-letter queue; null if it is not named as it should be.</param>
/// <param name="MaxReceives">How often a message is received before SQS moves it there; null if that is not a number.</param>
internal sealed record RedrivePolicy(Arn? Target, int? MaxReceives)
{
    /// <summary>Reads the attribute <c>RedrivePolicy</c>; what cannot be read of it is null.</summary>
    internal static RedrivePolicy Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(TargetOf(document.RootElement), MaxReceivesOf(document.RootElement))
                : new(null, null);
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            return new(null, null);
        }
    }

    private static Arn? TargetOf(JsonElement policy) =>
        policy.TryGetProperty("deadLetterTargetArn", out JsonElement target)
        && target.ValueKind == JsonValueKind.String
        && Arn.TryParse(target.GetString(), out Arn arn)
            ? arn
            : null;

    // SQS writes a number, and some who set it a string.
    private static int? MaxReceivesOf(JsonElement policy) =>
        policy.TryGetProperty("maxReceiveCount", out JsonElement count)
        && int.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int receives)
            ? receives
            : null;
}

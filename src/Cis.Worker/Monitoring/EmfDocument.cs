using System.Text.Json.Serialization;

namespace Cis.Worker.Monitoring;

/// <summary>The metadata of a line in CloudWatch's embedded metric format (<c>_aws</c>).</summary>
/// <param name="Timestamp">When the values were taken, in milliseconds since 1970.</param>
/// <param name="CloudWatchMetrics">What is to be taken from the line.</param>
internal sealed record EmfMetadata(long Timestamp, EmfDirective[] CloudWatchMetrics);

/// <summary>Metrics of one namespace and with the same dimensions.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Dimensions">Sets of members that tell values apart; at least one set, which may be empty.</param>
/// <param name="Metrics">At most 100.</param>
internal sealed record EmfDirective(string Namespace, string[][] Dimensions, EmfDefinition[] Metrics);

/// <summary>A member of the line that is a metric.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Unit">As CloudWatch names units.</param>
internal sealed record EmfDefinition(string Name, string Unit);

/// <summary>Writes the fixed part of a line without reflection; the metrics are members of their own names.</summary>
[JsonSerializable(typeof(EmfMetadata))]
internal sealed partial class EmfJson : JsonSerializerContext;

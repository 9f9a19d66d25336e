namespace Cis.Worker.Monitoring;

/// <summary>How metrics are written for CloudWatch.</summary>
/// <param name="Namespace">The namespace that CloudWatch puts them into.</param>
/// <param name="Interval">How often a line is written.</param>
public sealed record EmfOptions(string Namespace, TimeSpan Interval);

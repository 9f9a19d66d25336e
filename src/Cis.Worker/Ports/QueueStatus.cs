namespace Cis.Worker.Ports;

/// <summary>How many messages there are, approximately on SQS.</summary>
/// <param name="Waiting">To be received.</param>
/// <param name="InFlight">Received and hidden.</param>
/// <param name="Dead">Given up.</param>
public sealed record QueueStatus(long Waiting, long InFlight, long Dead);

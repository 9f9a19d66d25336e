namespace Cis.Doctor;

/// <summary>The region that the URL of a queue names.</summary>
internal static class QueueRegion
{
    /// <summary>Such as <c>us-east-1</c> for <c>https://sqs.us-east-1.amazonaws.com/123456789012/cis</c>.</summary>
    /// <returns>Null if the URL is not one of AWS's.</returns>
    internal static string? Of(string? queueUrl)
    {
        if (!Uri.TryCreate(queueUrl, UriKind.Absolute, out Uri? url))
        {
            return null;
        }

        return url.IdnHost.Split('.') switch
        {
            ["sqs" or "sqs-fips", var region, "amazonaws", "com", ..] => region,
            [var region, "queue", "amazonaws", "com", ..] => region,
            [_, "sqs", var region, "vpce", "amazonaws", "com", ..] => region,
            _ => null,
        };
    }
}

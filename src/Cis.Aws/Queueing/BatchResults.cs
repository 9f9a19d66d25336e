using System.Globalization;
using Amazon.SQS.Model;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>Reads the answer to a batch, whose entries are named by their index and come back in any order.</summary>
internal static class BatchResults
{
    private static readonly EntryResult Unanswered = new(EntryStatus.Failed, "the queue said nothing of this entry");

    /// <summary>The name of the entry at an index.</summary>
    internal static string IdOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The result of each entry.</summary>
    /// <param name="count">How many entries were sent.</param>
    /// <param name="successful">The names of those that were done; null for none.</param>
    /// <param name="failed">The others; null for none.</param>
    internal static IReadOnlyList<EntryResult> Read(
        int count,
        IReadOnlyList<string>? successful,
        IReadOnlyList<BatchResultErrorEntry>? failed
    )
    {
        var results = new EntryResult[count];
        Array.Fill(results, Unanswered);
        foreach (string id in successful ?? [])
        {
            Put(results, id, EntryResult.Done);
        }

        foreach (BatchResultErrorEntry error in failed ?? [])
        {
            Put(results, error.Id, new EntryResult(StatusOf(error), $"{error.Code}: {error.Message ?? "no message"}"));
        }

        return results;
    }

    private static void Put(EntryResult[] results, string id, EntryResult result)
    {
        if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < results.Length)
        {
            results[index] = result;
        }
    }

    private static EntryStatus StatusOf(BatchResultErrorEntry error) =>
        error.Code switch
        {
            "ReceiptHandleIsInvalid" or "MessageNotInflight" or "AWS.SimpleQueueService.MessageNotInflight" =>
                EntryStatus.Gone,
            // A deleted message, or the 12 hours that a message may be hidden in all; the latter leaves it hidden.
            "InvalidParameterValue"
                when error.Message?.Contains("beyond the limit", StringComparison.Ordinal) != true => EntryStatus.Gone,
            // Characters that SQS does not take, a body that is too long: never, however often it is sent.
            "InvalidMessageContents" or "MessageTooLong" or "UnsupportedOperation" => EntryStatus.Refused,
            _ => EntryStatus.Failed,
        };
}

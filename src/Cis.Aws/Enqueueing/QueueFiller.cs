using System.Globalization;
using System.Text;
using System.Text.Json;
using Cis.Aws.Queueing;
using Cis.Worker.Ports;

namespace Cis.Aws.Enqueueing;

/// <summary>Sends notifications of objects to a queue, ten per request, with several requests at once.</summary>
public sealed class QueueFiller
{
    // A call takes some milliseconds, most of them on the way: 10,000 one after another took 2.8 s.
    private const int BatchesAtOnce = 8;

    // After these an entry that the queue has no time for ends the run, which can be resumed.
    private const int MaxRetries = 5;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly SqsSender _sender;
    private readonly SendPace _pace;
    private readonly TimeProvider _time;
    private readonly DocumentIds _ids;
    private readonly int _atOnce;

    /// <summary>A filler.</summary>
    /// <param name="clients">The clients; they must outlive this.</param>
    /// <param name="queueUrl">The queue.</param>
    /// <param name="perSecond">The most notifications a second; null for as fast as it goes.</param>
    /// <param name="ids">What the documents will be known by.</param>
    /// <param name="time">The clock.</param>
    public QueueFiller(AwsClients clients, string queueUrl, int? perSecond, DocumentIds ids, TimeProvider time)
    {
        _sender = new SqsSender(clients.Sqs, queueUrl);
        _pace = new SendPace(perSecond, time);
        _time = time;
        _ids = ids;
        // Of a FIFO queue the order is the point.
        _atOnce = FifoOrder.IsFifo(queueUrl) ? 1 : BatchesAtOnce;
    }

    /// <summary>How many notifications the queue has confirmed.</summary>
    public long Sent { get; private set; }

    /// <summary>Called for each object whose notification the queue rejects for good, with the reason.</summary>
    public Action<ObjectReference, string> Refused { get; init; } = (_, _) => { };

    /// <summary>Sends a notification for each object of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="after">See <see cref="EnqueueSource.ReadAsync"/>.</param>
    /// <param name="confirmed">Told the position up to which all notifications are confirmed or refused.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="TransientException">The queue or the store cannot be reached, or has no time for them.</exception>
    public async Task FillAsync(
        EnqueueSource source,
        string? after,
        Action<string> confirmed,
        CancellationToken cancellationToken
    )
    {
        var underWay = new Queue<(Task<int> Sending, string Position)>();
        try
        {
            await foreach (EnqueueEntry[] batch in BatchesOf(source.ReadAsync(after, cancellationToken)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await _pace.TakeAsync(batch.Length, cancellationToken);
                underWay.Enqueue((SendAsync(batch), batch[^1].Position));
                if (underWay.Count == _atOnce)
                {
                    await ConfirmOldestAsync(underWay, confirmed);
                }
            }
        }
        finally
        {
            // Whatever ended it: what is sent is confirmed, in order, up to the first that failed.
            while (underWay.Count > 0)
            {
                await ConfirmOldestAsync(underWay, confirmed);
            }
        }
    }

    private async Task ConfirmOldestAsync(
        Queue<(Task<int> Sending, string Position)> underWay,
        Action<string> confirmed
    )
    {
        (Task<int> sending, string position) = underWay.Dequeue();
        try
        {
            Sent += await sending;
        }
        catch
        {
            Task[] rest = [.. underWay.Select(one => one.Sending)];
            underWay.Clear();
            await Task.WhenAll(rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        confirmed(position);
    }

    private static async IAsyncEnumerable<EnqueueEntry[]> BatchesOf(IAsyncEnumerable<EnqueueEntry> entries)
    {
        var batch = new List<EnqueueEntry>(IMessageQueue.BatchLimit);
        await foreach (EnqueueEntry entry in entries)
        {
            batch.Add(entry);
            if (batch.Count == IMessageQueue.BatchLimit)
            {
                yield return [.. batch];
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    /// <summary>Sends a batch, and resends entries that the queue throttled.</summary>
    /// <returns>How many were taken; the others are refused for good.</returns>
    private async Task<int> SendAsync(EnqueueEntry[] batch)
    {
        int taken = 0;
        for (int retry = 0; ; retry++)
        {
            IReadOnlyList<EntryResult> results = await _sender.SendAsync(
                Array.ConvertAll(batch, MessageOf),
                CancellationToken.None
            );
            taken += results.Count(result => result.Status == EntryStatus.Done);
            ReportRefused(batch, results);
            batch = [.. batch.Where((_, i) => results[i].Status == EntryStatus.Failed)];
            if (batch.Length == 0)
            {
                return taken;
            }

            if (retry == MaxRetries)
            {
                string reason = results.First(result => result.Status == EntryStatus.Failed).Reason ?? "no reason";
                throw new TransientException(Dependency.Queue, $"{batch[0].Reference}: {reason}");
            }

            await Task.Delay(RetryPause * (1 << retry), _time);
        }
    }

    private void ReportRefused(EnqueueEntry[] batch, IReadOnlyList<EntryResult> results)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (results[i].Status is EntryStatus.Refused or EntryStatus.Gone)
            {
                Refused(batch[i].Reference, results[i].Reason ?? "no reason was given");
            }
        }
    }

    private OutgoingMessage MessageOf(EnqueueEntry entry)
    {
        string body = BodyOf(entry, _ids.Of(entry.Reference));
        return new OutgoingMessage(body, [], FifoOrder.Of(entry.Reference, body));
    }

    /// <summary>The notification as the worker reads it.</summary>
    internal static string BodyOf(EnqueueEntry entry, string? id)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("s3Bucket", entry.Reference.Bucket);
            json.WriteString("s3Key", entry.Reference.Key);
            if (id is not null)
            {
                json.WriteString("fileId", id);
            }

            if (entry.Length is { } length)
            {
                json.WriteNumber("fileSize", length);
            }

            if (entry.LastModified is { } modified)
            {
                json.WriteString(
                    "lastModified",
                    modified.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                );
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
    }
}

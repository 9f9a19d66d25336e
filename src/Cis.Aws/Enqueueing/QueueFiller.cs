using System.Globalization;
using System.Text;
using System.Text.Json;
using Cis.Aws.Queueing;
using Cis.Worker.Ports;

namespace Cis.Aws.Enqueueing;

/// <summary>Sends notices of objects to a queue, ten at a time.</summary>
public sealed class QueueFiller
{
    private readonly SqsSender _sender;
    private readonly SendPace _pace;
    private readonly List<EnqueueEntry> _batch = new(IMessageQueue.BatchLimit);

    /// <summary>A filler.</summary>
    /// <param name="clients">The clients; they must outlive this.</param>
    /// <param name="queueUrl">The queue.</param>
    /// <param name="perSecond">The most notices a second; null for as fast as it goes.</param>
    /// <param name="time">The clock.</param>
    public QueueFiller(AwsClients clients, string queueUrl, int? perSecond, TimeProvider time)
    {
        _sender = new SqsSender(clients.Sqs, queueUrl);
        _pace = new SendPace(perSecond, time);
    }

    /// <summary>How many notices the queue has confirmed.</summary>
    public long Sent { get; private set; }

    /// <summary>Sends a notice of each object of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="after">See <see cref="EnqueueSource.ReadAsync"/>.</param>
    /// <param name="confirmed">Told the position up to which all notices are confirmed, after each batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="TransientException">The queue or the store cannot be reached, or did not take a notice.</exception>
    public async Task FillAsync(
        EnqueueSource source,
        string? after,
        Action<string> confirmed,
        CancellationToken cancellationToken
    )
    {
        await foreach (EnqueueEntry entry in source.ReadAsync(after, cancellationToken))
        {
            _batch.Add(entry);
            if (_batch.Count == IMessageQueue.BatchLimit)
            {
                confirmed(await SendAsync(cancellationToken));
            }
        }

        if (_batch.Count > 0)
        {
            confirmed(await SendAsync(cancellationToken));
        }
    }

    private async Task<string> SendAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _pace.TakeAsync(_batch.Count, cancellationToken);
        List<OutgoingMessage> messages = _batch.ConvertAll(entry => new OutgoingMessage(BodyOf(entry), []));
        IReadOnlyList<EntryResult> results = await _sender.SendAsync(messages, CancellationToken.None);
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].Status != EntryStatus.Done)
            {
                throw new TransientException(Dependency.Queue, $"{_batch[i].Reference}: {results[i].Reason}");
            }
        }

        Sent += _batch.Count;
        string position = _batch[^1].Position;
        _batch.Clear();
        return position;
    }

    /// <summary>The notice as the worker reads it.</summary>
    internal static string BodyOf(EnqueueEntry entry)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("s3Bucket", entry.Reference.Bucket);
            json.WriteString("s3Key", entry.Reference.Key);
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

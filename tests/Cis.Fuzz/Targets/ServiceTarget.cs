using System.Net;
using System.Text;
using Amazon.Runtime;
using Cis.Aws;
using Cis.Aws.Enqueueing;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Fuzz.Targets;

/// <summary>
/// Answers of S3 and SQS, through the SDK and the adapters: only faults that are declared come out. The first byte chooses
/// the call, the second the status; then come headers, an empty line, and the body.
/// </summary>
internal sealed class ServiceTarget : FuzzTarget
{
    // What buckets' regions were learnt is forgotten with the clients.
    private const int RunsOfClients = 500;

    private static readonly int[] s_statuses =
    [
        200,
        200,
        204,
        206,
        301,
        307,
        400,
        403,
        404,
        409,
        412,
        416,
        429,
        500,
        503,
    ];

    private readonly AnswerHandler _answers = new();
    private readonly string _file = Path.GetTempFileName();
    private AwsClients _clients;
    private int _runs;

    internal ServiceTarget() => _clients = MakeClients();

    internal override int LeastEdges => 630;

    internal override IReadOnlyList<string> Words =>
        [
            "\n",
            "\n\n",
            "ETag: \"e\"",
            "Content-Length: 7",
            "x-amz-bucket-region: eu-west-1",
            "Last-Modified: ",
            "Mon, 01 Jan 2024 00:00:00 GMT",
            "x-amz-version-id: null",
            "x-amz-checksum-crc32: AAAAAA==",
            "x-amz-checksum-crc64nvme: AAAAAAAAAAA=",
            "x-amz-checksum-sha256: ",
            "x-amz-checksum-type: COMPOSITE",
            "Content-Range: bytes 0-6/7",
            "<Error>",
            "</Error>",
            "<Code>PermanentRedirect</Code>",
            "<Code>NoSuchKey</Code>",
            "<Code>InvalidObjectState</Code>",
            "<Code>KMS.Throttling</Code>",
            "<Region>eu-west-1</Region>",
            "<Message>",
            "<IsTruncated>true</IsTruncated>",
            "<NextContinuationToken>t</NextContinuationToken>",
            "<Contents><Key>k</Key></Contents>",
            "<?xml version=\"1.0\"?>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>",
            "&b;",
            "{\"Messages\":[{\"Body\":\"b\"}]}",
            "\"MD5OfBody\":",
            "\"ReceiptHandle\":\"r\"",
            "\"Attributes\":{",
            "\"ApproximateReceiveCount\":\"1\"",
            "\"SentTimestamp\":",
            "\"MessageAttributes\":{",
            "\"DataType\":\"Binary\"",
            "\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\"",
            "null",
            "\"\\ud800\"",
            "-1",
            "99999999999999999999",
        ];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return;
        }

        RenewClients();
        SetAnswer(input[1], input[2..]);
        try
        {
            Call(input[0]).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is ReadException or TransientException)
        {
            Demand(e.Message.Length > 0, "a fault without words");
        }
    }

    protected override void Close()
    {
        _clients.Dispose();
        _answers.Dispose();
        File.Delete(_file);
    }

    private void RenewClients()
    {
        if (++_runs % RunsOfClients == 0)
        {
            _clients.Dispose();
            _clients = MakeClients();
        }
    }

    private AwsClients MakeClients()
    {
        var nowhere = new Uri("http://127.0.0.1:9");
        return new AwsClients(new AwsOptions("us-east-1", nowhere, nowhere))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
            Transport = new AnswerHandler.Factory(_answers),
        };
    }

    private void SetAnswer(byte status, ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\n\n"u8);
        string head = Encoding.Latin1.GetString(end < 0 ? [] : answer[..end]);
        _answers.Status = (HttpStatusCode)s_statuses[status % s_statuses.Length];
        _answers.Headers =
        [
            .. head.Split('\n')
                .Select(line => line.Split(':', 2))
                .Where(pair => pair.Length == 2 && IsName(pair[0]))
                .Select(pair => (pair[0], pair[1].Trim())),
        ];
        _answers.Body = (end < 0 ? answer : answer[(end + 2)..]).ToArray();
        _answers.Begin();
    }

    // Others are no headers, and end the call before the answer is there.
    private static bool IsName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private Task Call(byte choice) =>
        (choice % 5) switch
        {
            0 => FetchAsync(),
            1 => ListAsync(),
            2 => ReceiveAsync(),
            3 => CountAsync(),
            _ => FetchInPartsAsync(),
        };

    private Task<ObjectFacts> FetchAsync() =>
        FetchAsync(new DownloadOptions { StallTimeout = TimeSpan.FromSeconds(1) });

    private Task<ObjectFacts> FetchInPartsAsync() =>
        FetchAsync(
            new DownloadOptions
            {
                PartThreshold = 4,
                PartSize = 4,
                StallTimeout = TimeSpan.FromSeconds(1),
            }
        );

    private Task<ObjectFacts> FetchAsync(DownloadOptions options) =>
        new S3ObjectStore(_clients, options).FetchAsync(
            new ObjectReference("bucket", "key"),
            _file,
            (length, _) =>
                length is >= 0 and <= 1 << 20
                    ? ValueTask.CompletedTask
                    : throw new TransientException(Dependency.Host, "there is no room"),
            CancellationToken.None
        );

    private async Task ListAsync()
    {
        var source = EnqueueSource.Parse("s3://b/p", _clients, defaultBucket: null);
        await foreach (EnqueueEntry entry in source.ReadAsync(after: null, CancellationToken.None))
        {
            Demand(entry.Reference.Key.Length > 0, "an entry without a key");
        }
    }

    private async Task ReceiveAsync()
    {
        IReadOnlyList<QueueMessage> messages = await Queue.ReceiveAsync(
            10,
            TimeSpan.Zero,
            TimeSpan.Zero,
            CancellationToken.None
        );
        foreach (QueueMessage message in messages)
        {
            Demand(message.Body is not null, "a message without a body");
            Demand(message.Attributes.All(attribute => attribute.Value is not null), "an attribute without a value");
        }
    }

    private async Task CountAsync() =>
        Demand(await Queue.CountInFlightAsync(CancellationToken.None) >= 0, "fewer messages than none");

    private SqsQueue Queue => new(_clients, "http://127.0.0.1:9/1/queue", deadLetterUrl: null);
}

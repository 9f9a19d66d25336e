using System.Security.Cryptography;
using Amazon.Runtime;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Storing;

public sealed class StoreFaultTests : IDisposable
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(10_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-faults-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_body_that_is_cut_short_is_to_be_fetched_again()
    {
        await using var s3 = new FaultyS3((_, _) => new S3Answer(200, Content, "\"e-2\"") { CutAfter = 4_000 });

        Assert.True((await FailAsync(s3)).IsWorthRetrying);
    }

    [Theory]
    [InlineData("4442587FB7D0A2F9", true)]
    [InlineData(null, false)]
    public async Task An_answer_without_a_request_id_is_not_known_to_be_the_store_s(
        string? requestId,
        bool hasRequestId
    )
    {
        await using var s3 = new FaultyS3((_, _) => new S3Answer(200, Content, "\"e-2\"") { RequestId = requestId });

        Assert.Equal(hasRequestId, (await FetchAsync(s3)).HasRequestId);
    }

    [Fact]
    public async Task A_body_that_stands_still_is_given_up()
    {
        await using var s3 = new FaultyS3(
            (_, _) => new S3Answer(200, Content, "\"e-2\"") { CutAfter = 10, Hangs = true }
        );

        Assert.Contains("no answer in time", (await FailAsync(s3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_cut_short_is_to_be_fetched_again()
    {
        await using var s3 = new FaultyS3(
            (_, range) => new S3Answer(200, Content, "\"e-2\"") { CutAfter = Cut(range) }
        );

        await FailAsync(s3, inParts: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_that_do_not_fit_their_checksum_are_not_taken(bool inParts)
    {
        await using var s3 = new FaultyS3((_, _) => new S3Answer(200, Content, "\"e-2\"", CrcOf([1, 2, 3])));

        await FailAsync(s3, inParts);
    }

    [Fact]
    public async Task Parts_that_fit_the_checksum_of_the_whole_are_taken()
    {
        await using var s3 = new FaultyS3((_, _) => new S3Answer(200, Content, "\"e-2\"", CrcOf(Content)));

        await FetchAsync(s3, inParts: true);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, Stop));
    }

    [Fact]
    public async Task Parts_whose_MD5_is_not_the_ETag_are_not_taken()
    {
        await using var s3 = new FaultyS3((_, _) => new S3Answer(200, Content, "\"5289df737df57326fcdd22597afb1fac\""));

        Assert.Contains("checksum", (await FailAsync(s3, inParts: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_overwritten_between_its_parts_is_begun_again_once()
    {
        byte[] newer = RandomNumberGenerator.GetBytes(9_000);
        bool isOverwritten = false;
        await using var s3 = new FaultyS3(
            (_, range) =>
            {
                if (range is not null && !isOverwritten)
                {
                    isOverwritten = true;
                    return S3Answer.Error(412, "PreconditionFailed");
                }

                return isOverwritten ? new(200, newer, "\"new-2\"") : new(200, Content, "\"old-2\"");
            }
        );

        ObjectFacts facts = await FetchAsync(s3, inParts: true);

        Assert.Equal(newer, await File.ReadAllBytesAsync(Target, Stop));
        Assert.Equal("new-2", facts.ETag);
        Assert.Equal(newer.Length, facts.Length);
    }

    [Fact]
    public async Task An_object_that_is_overwritten_all_the_time_is_for_later()
    {
        await using var s3 = new FaultyS3(
            (_, range) => range is null ? new(200, Content, "\"e-2\"") : S3Answer.Error(412, "PreconditionFailed")
        );

        Assert.True((await FailAsync(s3, inParts: true)).IsWorthRetrying);
    }

    [Theory]
    [InlineData(503, "SlowDown", true)]
    [InlineData(500, "InternalError", true)]
    [InlineData(400, "ExpiredToken", true)]
    [InlineData(403, "RequestTimeTooSkewed", true)]
    [InlineData(403, "InvalidAccessKeyId", false)]
    [InlineData(403, "SignatureDoesNotMatch", false)]
    [InlineData(400, "KMS.ThrottlingException", true)]
    [InlineData(500, "KMS.KMSInternalException", true)]
    [InlineData(500, "KMS.KeyUnavailableException", true)]
    [InlineData(400, "KMS.KeyUnavailableException", true)]
    [InlineData(503, "KMS.ACodeOfNoList", true)]
    [InlineData(429, "KMS.ACodeOfNoList", true)]
    [InlineData(400, "KMS.LimitExceededException", true)]
    [InlineData(503, "ACodeOfNoList", true)]
    [InlineData(429, "ACodeOfNoList", true)]
    public async Task Faults_that_are_not_the_object_s_leave_its_message_in_the_queue(
        int status,
        string code,
        bool again
    )
    {
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(status, code));

        TransientException fault = await FailAsync(s3);

        Assert.Equal(again, fault.IsWorthRetrying);
        Assert.Contains(code, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "NoSuchKey", Outcome.ObjectMissing)]
    [InlineData(404, "NoSuchVersion", Outcome.ObjectMissing)]
    [InlineData(405, "MethodNotAllowed", Outcome.ObjectMissing)]
    [InlineData(403, "AccessDenied", Outcome.AccessDenied, true)]
    [InlineData(403, "InvalidObjectState", Outcome.AccessDenied)]
    [InlineData(400, "KMS.DisabledException", Outcome.AccessDenied, true)]
    [InlineData(400, "KMS.NotFoundException", Outcome.AccessDenied, true)]
    [InlineData(400, "KMS.KMSInvalidStateException", Outcome.AccessDenied, true)]
    [InlineData(400, "KMS.ACodeOfNoList", Outcome.AccessDenied, true)]
    [InlineData(400, "ACodeOfNoList", Outcome.AccessDenied, true)]
    public async Task Faults_of_the_object_are_for_good_unless_many_have_the_same(
        int status,
        string code,
        Outcome outcome,
        bool mayBeTheStores = false
    )
    {
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(status, code));

        ReadException failure = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(s3));

        Assert.Equal((outcome, mayBeTheStores ? code : null), (failure.Outcome, failure.Code));
    }

    [Fact]
    public async Task An_object_that_its_sender_s_key_encrypts_is_that_message_s_fault()
    {
        const string Said =
            "The object was stored using a form of Server Side Encryption. The correct parameters must be";
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(400, "InvalidRequest", Said));

        ReadException failure = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(s3));

        Assert.Equal((Outcome.AccessDenied, null), (failure.Outcome, failure.Code));
    }

    [Theory]
    [InlineData(404, "NoSuchBucket", Outcome.ObjectMissing)]
    [InlineData(400, "InvalidBucketName", Outcome.ObjectMissing)]
    [InlineData(409, "InvalidBucketState", Outcome.AccessDenied)]
    [InlineData(301, "PermanentRedirect", Outcome.AccessDenied)]
    [InlineData(400, "AuthorizationHeaderMalformed", Outcome.AccessDenied)]
    [InlineData(400, "IllegalLocationConstraintException", Outcome.AccessDenied)]
    public async Task A_bucket_is_the_fault_of_who_named_it(int status, string code, Outcome outcome)
    {
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(status, code));

        ReadException message = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(s3, setBucket: "another"));
        TransientException setting = await Assert.ThrowsAsync<TransientException>(() =>
            FetchAsync(s3, setBucket: "bucket")
        );

        Assert.Equal((outcome, null, code), (message.Outcome, message.Code, message.BucketCode));
        Assert.False(setting.IsWorthRetrying);
        Assert.Contains("s3-bucket", setting.Message, StringComparison.Ordinal);
        Assert.Equal(code == "NoSuchBucket", setting.IsWrongSetting);
    }

    [Theory]
    [InlineData("arn:aws:sqs:us-east-1:123456789012:a-queue")]
    [InlineData("arn:aws:s3:us-east-1:123456789012:accesspoint")]
    [InlineData("arn:aws:s3:us-east-1")]
    [InlineData("with space")]
    [InlineData("Upper_Case")]
    [InlineData("..")]
    public async Task What_cannot_be_a_bucket_is_the_fault_of_the_message_that_names_it(string bucket)
    {
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(404, "NoSuchBucket"));

        await Assert.ThrowsAsync<ReadException>(() => FetchAsync(s3, setBucket: "another", bucket: bucket));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(403)]
    public async Task A_web_server_in_the_place_of_the_store_is_no_object_s_fault(int status)
    {
        await using var s3 = new FaultyS3(
            (_, _) => new S3Answer(status, "<html><body>Not here</body></html>"u8.ToArray())
        );

        Assert.False((await FailAsync(s3)).IsWorthRetrying);
    }

    [Theory]
    [InlineData(301, "PermanentRedirect")]
    [InlineData(400, "AuthorizationHeaderMalformed")]
    public async Task A_bucket_of_another_region_is_read_there_and_found_there_at_once_the_next_time(
        int status,
        string code
    )
    {
        await using var s3 = new FaultyS3(
            (_, _) =>
                new S3Answer(200, Content, "\"e-2\"")
                {
                    SignedFor = "eu-west-1",
                    Otherwise = S3Answer.Error(status, code),
                }
        );
        using AwsClients clients = Connect(s3);
        var store = new S3ObjectStore(clients, new DownloadOptions { Bucket = "bucket" });

        await store.FetchAsync(new("bucket", "a"), Target, (_, _) => ValueTask.CompletedTask, Stop);
        await store.FetchAsync(new("bucket", "b"), Target, (_, _) => ValueTask.CompletedTask, Stop);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, Stop));
        Assert.Equal(3, s3.Requests);
    }

    [Fact]
    public void An_access_point_is_spoken_to_under_its_own_name_in_its_own_region()
    {
        using var clients = new AwsClients(new AwsOptions("us-east-1"))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };

        string url = clients.S3.GetPreSignedURL(
            new()
            {
                BucketName = "arn:aws:s3:eu-west-1:123456789012:accesspoint/files",
                Key = "a.pdf",
                Expires = DateTime.UtcNow.AddHours(1),
            }
        );

        Assert.StartsWith(
            "https://files-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/a.pdf?",
            url,
            StringComparison.Ordinal
        );
    }

    private string Target => Path.Combine(_folder.FullName, "target");

    // The answer to the whole object is complete, that to the second part is not.
    private static int? Cut(string? range) =>
        range?.StartsWith("bytes=4096-", StringComparison.Ordinal) == true ? 7 : null;

    private static string CrcOf(byte[] bytes)
    {
        using var crc = CrcChecksum.Crc64Nvme();
        crc.Append(bytes);
        return Convert.ToBase64String(crc.Finish());
    }

    private Task<TransientException> FailAsync(FaultyS3 s3, bool inParts = false) =>
        Assert.ThrowsAsync<TransientException>(() => FetchAsync(s3, inParts));

    private static AwsClients Connect(FaultyS3 s3) =>
        new(new AwsOptions("us-east-1", S3Endpoint: s3.Url))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };

    private async Task<ObjectFacts> FetchAsync(
        FaultyS3 s3,
        bool inParts = false,
        string? setBucket = null,
        string bucket = "bucket"
    )
    {
        using AwsClients clients = Connect(s3);
        var options = new DownloadOptions
        {
            Bucket = setBucket,
            PartThreshold = inParts ? 8_000 : long.MaxValue,
            PartSize = 4096,
            StallTimeout = TimeSpan.FromSeconds(1),
        };
        return await new S3ObjectStore(clients, options).FetchAsync(
            new(bucket, "key"),
            Target,
            (_, _) => ValueTask.CompletedTask,
            Stop
        );
    }
}

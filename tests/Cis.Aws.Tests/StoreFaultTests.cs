using System.Security.Cryptography;
using Amazon.Runtime;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests;

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
    [InlineData(403, "AccessDenied", Outcome.AccessDenied)]
    [InlineData(403, "InvalidObjectState", Outcome.AccessDenied)]
    [InlineData(400, "KMS.DisabledException", Outcome.AccessDenied)]
    public async Task Faults_of_the_object_are_for_good(int status, string code, Outcome outcome)
    {
        await using var s3 = new FaultyS3((_, _) => S3Answer.Error(status, code));

        ReadException failure = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(s3));

        Assert.Equal(outcome, failure.Outcome);
    }

    private string Target => Path.Combine(_folder.FullName, "target");

    // The answer to the whole object is complete, that to the second part is not.
    private static int? Cut(string? range) =>
        range?.StartsWith("bytes=4096-", StringComparison.Ordinal) == true ? 7 : null;

    private static string CrcOf(byte[] bytes)
    {
        using var crc = new Crc64Nvme();
        crc.Append(bytes);
        return Convert.ToBase64String(crc.Finish());
    }

    private Task<TransientException> FailAsync(FaultyS3 s3, bool inParts = false) =>
        Assert.ThrowsAsync<TransientException>(() => FetchAsync(s3, inParts));

    private async Task<ObjectFacts> FetchAsync(FaultyS3 s3, bool inParts = false)
    {
        using var clients = new AwsClients(new AwsOptions("us-east-1", S3Endpoint: s3.Url))
        {
            Credentials = new BasicAWSCredentials("ACCESS", "SECRET"),
        };
        var options = new DownloadOptions
        {
            PartThreshold = inParts ? 8_000 : long.MaxValue,
            PartSize = 4096,
            StallTimeout = TimeSpan.FromSeconds(1),
        };
        return await new S3ObjectStore(clients, options).FetchAsync(
            new("bucket", "key"),
            Target,
            (_, _) => ValueTask.CompletedTask,
            Stop
        );
    }
}

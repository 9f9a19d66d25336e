using Amazon.S3.Model;
using Amazon.SQS.Model;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Worker.Ports;
using Microsoft.Win32.SafeHandles;

namespace Cis.Aws.Tests;

/// <summary>Values that services really send, and that are none of those in their documents.</summary>
public sealed class ServiceValueTests
{
    [Theory]
    [InlineData("AAAAAA==-3")]
    [InlineData("AAAAAA==")]
    [InlineData("no base 64!")]
    [InlineData("AAAA")]
    public async Task A_checksum_that_is_none_of_the_whole_object_is_not_held_against_it(string checksum)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "bytes", TestContext.Current.CancellationToken);
            using SafeFileHandle file = File.OpenHandle(path);
            using var response = new GetObjectResponse { ChecksumSHA256 = checksum, ETag = "\"abc-3\"" };

            await ObjectChecksum.VerifyAsync(response, file, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Where_the_parts_checksum_says_nothing_the_ETag_still_does()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "bytes", TestContext.Current.CancellationToken);
            using SafeFileHandle file = File.OpenHandle(path);
            using var response = new GetObjectResponse
            {
                ChecksumCRC32 = "AAAAAA==-3",
                ETag = "\"d41d8cd98f00b204e9800998ecf8427e\"",
            };

            await Assert.ThrowsAsync<IOException>(() =>
                ObjectChecksum.VerifyAsync(response, file, TestContext.Current.CancellationToken)
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("InvalidParameterValue", EntryStatus.Gone)]
    [InlineData("InvalidMessageContents", EntryStatus.Refused)]
    [InlineData("InternalError", EntryStatus.Failed)]
    [InlineData(null, EntryStatus.Failed)]
    public void An_entry_that_failed_without_a_message_is_an_answer_all_the_same(string? code, EntryStatus status)
    {
        var failed = new BatchResultErrorEntry { Id = "0", Code = code };

        EntryResult result = Assert.Single(BatchResults.Read(1, successful: null, [failed]));

        Assert.Equal(status, result.Status);
        Assert.Contains("no message", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_is_sent_on_to_a_fifo_queue_keeps_its_group_and_is_no_duplicate_of_others()
    {
        var message = new QueueMessage("id-1", "r", "body", 3, default, new Dictionary<string, string>())
        {
            GroupId = "customer-7",
        };

        Assert.True(FifoOrder.IsFifo("https://sqs/1/dead.fifo"));
        Assert.False(FifoOrder.IsFifo("https://sqs/1/dead"));
        Assert.Equal(("customer-7", "id-1-3"), FifoOrder.Of(message));
        Assert.Equal("id-1", FifoOrder.Of(message with { GroupId = null }).GroupId);
        (string group, string duplicate) = FifoOrder.Of(new ObjectReference("b", new string('長', 300)), "body");
        Assert.Equal((64, 64), (group.Length, duplicate.Length));
    }
}

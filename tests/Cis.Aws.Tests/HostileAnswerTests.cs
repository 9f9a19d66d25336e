using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS.Model;
using Cis.Aws.Indexing;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Win32.SafeHandles;

namespace Cis.Aws.Tests;

/// <summary>Answers of services with some of it changed: what comes out is an outcome, or a fault that is declared.</summary>
public sealed class HostileAnswerTests
{
    private const int Each = 4000;

    private const string Bulk = """
        {"took":3,"errors":true,"items":[{"index":{"_id":"a","status":201}},{"index":{"_id":"b","status":400,
        "error":{"type":"mapper_parsing_exception","reason":"no","caused_by":{"type":"x","reason":"y"}}}}]}
        """;

    private const string Policy =
        """{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":"5"}""";

    private const string Spot = """{"action":"terminate","time":"2026-11-26T08:22:00Z"}""";

    private static readonly string[] Codes =
    [
        "NoSuchKey",
        "AccessDenied",
        "KMS.ThrottlingException",
        "InvalidRequest",
        "PermanentRedirect",
        "SlowDown",
        "InvalidArgument",
    ];

    [Fact]
    public void An_answer_to_bulk_is_a_result_for_each_document_or_none_for_all()
    {
        foreach (string answer in Mutations.Of(Bulk, Each))
        {
            IReadOnlyList<IndexResult>? results = BulkAnswer.Read(Encoding.UTF8.GetBytes(answer), ["a", "b"]);
            Assert.True(results is null or { Count: 2 }, answer);
        }
    }

    [Fact]
    public void An_item_of_bulk_that_is_null_says_nothing_of_its_document()
    {
        IReadOnlyList<IndexResult>? results = BulkAnswer.Read("""{"items":[null]}"""u8.ToArray(), ["a"]);

        Assert.Equal(IndexStatus.Busy, Assert.Single(results!).Status);
    }

    [Theory]
    [InlineData("""{"\ud800 items":[]}""")]
    [InlineData("""{"items":[{"index":{"\ud800 _id":"a","\ud800 status":201}}]}""")]
    [InlineData("""{"\ud800 error":{"type":"x"}}""")]
    public void Half_a_character_in_a_name_is_no_answer_of_an_index(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);

        Assert.Null(BulkAnswer.Read(bytes, ["a"]));
        Assert.Equal(
            "503",
            IndexFault.CodeOf(new OpenSearchAnswer(HttpStatusCode.ServiceUnavailable, bytes, RetryAfter: null))
        );
    }

    [Theory]
    [InlineData("""{"\ud800":1}""", false)]
    [InlineData("""{"Messages":[{"\ud800":1,"Body":"x"}]}""", false)]
    [InlineData("""{"Messages":[{"Body":"\ud800"}]}""", false)]
    [InlineData("""{"Messages":[{"Body":"a\n\ud83d\udcc4"}]}""", true)]
    public void Half_a_character_is_no_answer_of_SQS(string body, bool fits) =>
        Assert.Equal(fits, SqsAnswerShape.Fits(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_redrive_policy_names_a_queue_or_none()
    {
        Assert.Equal("dead", RedrivePolicy.Parse(Policy).Target?.Resource);
        foreach (string policy in Mutations.Of(Policy, Each))
        {
            Assert.NotEqual("", RedrivePolicy.Parse(policy).Target?.ToString());
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"deadLetterTargetArn":7}""")]
    [InlineData("""{"deadLetterTargetArn":"\ud800"}""")]
    public void A_redrive_policy_that_cannot_be_read_names_none(string policy) =>
        Assert.Null(RedrivePolicy.Parse(policy).Target);

    [Theory]
    [InlineData("""{"maxReceiveCount":2}""", 2)]
    [InlineData("""{"maxReceiveCount":"2"}""", 2)]
    [InlineData("""{"maxReceiveCount":0}""", null)]
    [InlineData("""{"maxReceiveCount":-1}""", null)]
    [InlineData("""{"maxReceiveCount":1e9}""", null)]
    [InlineData("""{"maxReceiveCount":99999999999}""", null)]
    [InlineData("""{"maxReceiveCount":{}}""", null)]
    [InlineData("""{"maxReceiveCount":"\ud800"}""", null)]
    [InlineData("{}", null)]
    [InlineData("", null)]
    public void A_redrive_policy_says_how_many_receives_it_allows_or_none(string policy, int? receives) =>
        Assert.Equal(receives, RedrivePolicy.Parse(policy).Receives);

    [Fact]
    public void A_spot_notice_is_one_of_three_actions_or_none()
    {
        foreach (string notice in Mutations.Of(Spot, Each))
        {
            Assert.Contains(InterruptionWatch.ActionOf(notice), new[] { null, "terminate", "stop", "hibernate" });
        }
    }

    [Fact]
    public void A_spot_notice_with_half_a_character_is_none() =>
        Assert.Null(InterruptionWatch.ActionOf("""{"action":"\ud800"}"""));

    [Fact]
    public void A_failed_batch_entry_has_a_result_whatever_it_is_named()
    {
        foreach (string name in Mutations.Of("\"1\"", Each))
        {
            var failed = new BatchResultErrorEntry { Id = name.Trim('"'), Code = name };
            Assert.Equal(2, BatchResults.Read(2, [name, null!, "-1"], [failed, new()]).Count);
        }
    }

    [Fact]
    public void A_refusal_of_S3_is_the_messages_or_the_stores()
    {
        var random = new Random(7);
        var reference = new ObjectReference("bucket", "key");
        foreach (string code in Codes.SelectMany(code => Mutations.Of(code, Each / 10)))
        {
            var fault = new AmazonS3Exception(random.Next(2) == 0 ? code : null)
            {
                ErrorCode = random.Next(8) == 0 ? null : code,
                StatusCode = (HttpStatusCode)random.Next(0, 700),
            };
            Exception told = S3Fault.Translate(reference, isConfigured: random.Next(2) == 0, fault);
            Assert.True(told is ReadException or TransientException, told.ToString());
        }
    }

    [Fact]
    public async Task A_checksum_is_right_wrong_or_unknown()
    {
        string path = Path.GetTempFileName();
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            foreach (string value in Mutations.Of("1B2M2Y8AsgTpgAmY7PhCfg==", Each / 10))
            {
                using var answer = new GetObjectResponse
                {
                    ETag = $"\"{value}\"",
                    ChecksumCRC32 = value,
                    ChecksumSHA256 = value + value,
                };
                Exception? fault = await Record.ExceptionAsync(() =>
                    ObjectChecksum.VerifyAsync(answer, file, TestContext.Current.CancellationToken)
                );
                Assert.True(fault is null or IOException, fault?.ToString());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}

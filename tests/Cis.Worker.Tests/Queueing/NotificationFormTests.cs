using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Queueing;

namespace Cis.Worker.Tests.Queueing;

/// <summary>Bodies as services, topics and people's own senders write them: files, nothing to do, or a bad message.</summary>
public sealed class NotificationFormTests
{
    private const string Longest = "0123456789abcdef";

    // What S3 tells of besides: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    public static TheoryData<string> OtherEvents =>
        [
            "ObjectRemoved:Delete",
            "ObjectRemoved:DeleteMarkerCreated",
            "ObjectRestore:Post",
            "ObjectRestore:Delete",
            "ReducedRedundancyLostObject",
            "Replication:OperationFailedReplication",
            "Replication:OperationMissedThreshold",
            "Replication:OperationReplicatedAfterThreshold",
            "Replication:OperationNotTracked",
            "LifecycleExpiration:Delete",
            "LifecycleExpiration:DeleteMarkerCreated",
            "LifecycleTransition",
            "IntelligentTiering",
            "ObjectTagging:Put",
            "ObjectTagging:Delete",
            "ObjectAcl:Put",
            "SomethingNew:Of2030",
        ];

    public static TheoryData<string> OtherDetails =>
        [
            "Object Deleted",
            "Object Restore Initiated",
            "Object Restore Expired",
            "Object Storage Class Changed",
            "Object Access Tier Changed",
            "Object ACL Updated",
            "Object Tags Added",
            "Object Tags Deleted",
            "Object Something New",
        ];

    public static TheoryData<string, string> Keys =>
        new()
        {
            { "a+b", "a b" },
            { "a%2Bb", "a+b" },
            { "a%20b", "a b" },
            { "a%252Bb", "a%2Bb" },
            { "%2Flead.pdf", "/lead.pdf" },
            { "/lead.pdf", "/lead.pdf" },
            { "a/../b/./c.pdf", "a/../b/./c.pdf" },
            { "..", ".." },
            { "%2E%2E%2Fetc%2Fpasswd", "../etc/passwd" },
            { "%E8%AB%8B%E6%B1%82.pdf", "請求.pdf" },
            { "%f0%9f%93%84.pdf", "📄.pdf" },
            { "e%CC%81.pdf", "e\u0301.pdf" },
            { "+", " " },
            { "100%", "100%" },
            { "50%zz.pdf", "50%zz.pdf" },
            { "%", "%" },
            { "a%00b.pdf", "a\0b.pdf" },
            { "a%0D%0Ab.pdf", "a\r\nb.pdf" },
            { "a%22b%5Cc.pdf", "a\"b\\c.pdf" },
            { "%FF%FE.pdf", "\uFFFD\uFFFD.pdf" },
            { "a&b=c?d#e.pdf", "a&b=c?d#e.pdf" },
            { "%E2%80%AEfdp.exe", "\u202Efdp.exe" },
            { "folder/inner/", "folder/inner/" },
        };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_of_S3_s_own_notifications_is_as_a_web_form_writes_it(string written, string key)
    {
        string body = Records(Record("ObjectCreated:Put", JsonSerializer.Serialize(written)));

        foreach (string form in new[] { body, InSns(body), InSns(InSns(body)) })
        {
            Assert.Equal(key, Single(form).Object.Key);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_of_EventBridge_s_and_of_a_sender_s_own_is_as_it_stands(string written, string key)
    {
        Assert.NotEmpty(key);
        string text = JsonSerializer.Serialize(written);
        string body = Detail("Object Created", text);

        foreach (string form in new[] { body, InSns(body), InSns(InSns(body)), $$"""{"s3Key":{{text}}}""" })
        {
            Assert.Equal(written, Single(form).Object.Key);
        }
    }

    [Theory]
    [MemberData(nameof(OtherEvents))]
    public void What_S3_tells_of_besides_is_nothing_to_read(string name)
    {
        string body = Records(Record(name, "\"k\""));

        foreach (string form in new[] { body, Records(Record("s3:" + name, "\"k\"")), InSns(body) })
        {
            Assert.Empty(Parse(form));
        }

        // Among others it takes nothing from them.
        string mixed = Records(
            Record(name, "\"k\"") + "," + Record("ObjectCreated:CompleteMultipartUpload", "\"read\"")
        );
        Assert.Equal("read", Single(mixed).Object.Key);
    }

    [Theory]
    [MemberData(nameof(OtherDetails))]
    public void What_EventBridge_tells_of_besides_is_nothing_to_read(string type)
    {
        string body = Detail(type, "\"k\"");

        Assert.Empty(Parse(body));
        Assert.Empty(Parse(InSns(body)));
    }

    [Theory]
    [InlineData("ObjectCreated:Put")]
    [InlineData("ObjectCreated:Post")]
    [InlineData("ObjectCreated:Copy")]
    [InlineData("ObjectCreated:CompleteMultipartUpload")]
    [InlineData("s3:ObjectCreated:Put")]
    [InlineData("s3:ObjectRestore:Completed")]
    [InlineData("ObjectRestore:Completed")]
    public void What_brings_an_object_is_read(string name) =>
        Assert.Equal("k", Single(Records(Record(name, "\"k\""))).Object.Key);

    [Theory]
    [InlineData("\"null\"", "null")]
    [InlineData(
        "\"3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo\"",
        "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"
    )]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("7", "7")]
    [InlineData("{}", null)]
    public void A_version_is_as_it_is_written(string json, string? version)
    {
        string s3 =
            $$$$$"""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k","versionId":{{{{{json}}}}}}}}]}""";
        string bridge =
            $$$$$"""{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"k","version-id":{{{{{json}}}}}}}}""";

        Assert.Equal(version, Single(s3).Object.VersionId);
        Assert.Equal(version, Single(bridge).Object.VersionId);
        Assert.Equal(version, Single($$"""{"s3Key":"k","s3VersionId":{{json}}}""").Object.VersionId);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999")]
    [InlineData("1.5")]
    [InlineData("\"many\"")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("true")]
    public void A_size_that_is_none_is_not_told(string json)
    {
        Assert.Null(Single($$"""{"s3Key":"k","fileSize":{{json}}}""").FileSize);
        Assert.NotNull(Single($$"""{"s3Key":"k","lastModified":{{json}},"fileId":{{json}},"mimeType":{{json}}}""").Id);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("[{\"s3Key\":\"k\"}]")]
    [InlineData("{\"s3Key\":\"k\"}{\"s3Key\":\"l\"}")]
    [InlineData("{\"s3Key\":\"k\",}")]
    [InlineData("{'s3Key':'k'}")]
    [InlineData("\uFEFF{\"s3Key\":\"k\"}")]
    [InlineData("{\0\"\0s\03\0K\0e\0y\0\"\0")]
    [InlineData("   ")]
    [InlineData("s3://bucket/key")]
    [InlineData("eyJzM0tleSI6ImsifQ==")]
    [InlineData("{\"Records\":[],\"s3Key\":\"k\"}")]
    [InlineData("{\"Records\":[{\"s3\":{}}],\"Records\":null}")]
    [InlineData("{\"Records\":[{\"eventSource\":\"aws:sqs\",\"body\":\"{}\"}]}")]
    [InlineData(
        "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":7}}}]}"
    )]
    [InlineData("{\"Message\":{\"s3Key\":\"k\"},\"Type\":\"Notification\"}")]
    [InlineData("{\"Type\":\"UnsubscribeConfirmation\",\"Message\":\"You have chosen to deactivate\"}")]
    [InlineData("{\"source\":\"aws.s3\",\"detail-type\":\"Object Created\",\"detail\":\"{}\"}")]
    [InlineData("{\"source\":\"aws.s3\",\"detail-type\":\"Object Created\",\"detail\":[]}")]
    [InlineData("{\"source\":\"aws.ec2\",\"detail-type\":\"EC2 Instance State-change Notification\",\"detail\":{}}")]
    [InlineData("{\"source\":\"aws.s3\",\"detail-type\":\"AWS Service Event via CloudTrail\",\"detail\":{}}")]
    [InlineData("{\"detail\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}")]
    public void Anything_else_is_a_bad_message_with_a_reason(string body)
    {
        ReadException e = Assert.Throws<ReadException>(() => Parse(body));

        Assert.Equal(Outcome.BadMessage, e.Outcome);
        Assert.NotEmpty(e.Message);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(70, true)]
    [InlineData(100_000, true)]
    public void Depth_beside_what_counts_is_bounded(int depth, bool isBad)
    {
        string deep = string.Concat(Enumerable.Repeat("[", depth)) + new string(']', depth);
        string body = $$"""{"s3Key":"k","extra":{{deep}}}""";

        Assert.Equal(isBad, Caught(() => Parse(body)) is not null);
    }

    [Fact]
    public void Of_a_name_that_is_there_twice_the_last_counts() =>
        Assert.Equal("l", Single("""{"s3Key":"k","s3Key":"l"}""").Object.Key);

    [Fact]
    public void A_key_of_any_length_that_is_written_out_is_measured_as_it_is_meant()
    {
        // 1,024 bytes, each of which takes three as a web form writes it.
        string written = string.Concat(Enumerable.Repeat("%2B", 1024));

        Assert.Equal(1024, Single(Records(Record("ObjectCreated:Put", $"\"{written}\""))).Object.Key.Length);
        Assert.Throws<ReadException>(() => Parse(Records(Record("ObjectCreated:Put", $"\"{written}%2B\""))));
        string body = string.Concat(Enumerable.Repeat(Longest, 60_000));
        Assert.Equal(
            Outcome.BadMessage,
            Assert.Throws<ReadException>(() => Parse($$"""{"s3Key":"{{body}}"}""")).Outcome
        );
    }

    private static ReadException? Caught(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (ReadException e)
        {
            return e;
        }
    }

    private static string Records(string records) => $$"""{"Records":[{{records}}]}""";

    private static string Record(string name, string key) =>
        $$$$$"""{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventName":"{{{{{name}}}}}","s3":{"bucket":{"name":"b"},"object":{"key":{{{{{key}}}}}}}}""";

    private static string Detail(string type, string key) =>
        $$$$$"""{"version":"0","source":"aws.s3","detail-type":"{{{{{type}}}}}","detail":{"version":"0","bucket":{"name":"b"},"object":{"key":{{{{{key}}}}},"size":5},"reason":"x"}}""";

    private static string InSns(string body) =>
        $$"""{"Type":"Notification","TopicArn":"arn:aws:sns:x","Message":{{JsonSerializer.Serialize(body)}},"Signature":"s"}""";

    private static IReadOnlyList<FileNotification> Parse(string body) => NotificationParser.Parse(body, "default");

    private static FileNotification Single(string body) => Assert.Single(Parse(body));
}

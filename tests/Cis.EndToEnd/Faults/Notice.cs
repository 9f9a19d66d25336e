using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Cis.EndToEnd.Faults;

/// <summary>A message and the files that it speaks of.</summary>
/// <param name="Body">The message's body.</param>
/// <param name="Documents">The files by the ids that their documents have.</param>
internal sealed record Notice(string Body, IReadOnlyList<(string Id, FaultFile File)> Documents)
{
    /// <summary>The outcome among the dead letters; null if it is not to be there.</summary>
    internal string? Outcome { get; init; } =
        Documents.Select(document => document.File.Outcome).FirstOrDefault(outcome => outcome is not null);

    /// <summary>A message that names no file.</summary>
    internal static Notice Bad(string body) => new(body, []) { Outcome = "bad-message" };

    /// <summary>One notice for each file, in all the forms that notices come in.</summary>
    internal static IReadOnlyList<Notice> InAllForms(string bucket, IReadOnlyList<FaultFile> files) =>
        [.. files.Select((file, i) => InForm(i % 4, bucket, file, $"file-{i}"))];

    /// <summary>The old worker's form.</summary>
    internal static Notice Own(FaultFile file, string fileId, DateTimeOffset? lastModified = null)
    {
        var body = new JsonObject { ["s3Key"] = file.Key, ["fileId"] = fileId };
        if (lastModified is { } moment)
        {
            body["lastModified"] = moment.ToString("O");
        }

        return new Notice(body.ToJsonString(), [(fileId, file)]);
    }

    /// <summary>S3's form: one record for each file.</summary>
    internal static Notice Event(string bucket, params FaultFile[] files) =>
        new(EventBody(bucket, files), [.. files.Select(file => (IdOf($"{bucket}/{file.Key}"), file))]);

    // OpenSearch takes ids of up to 512 bytes.
    private static string IdOf(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length <= 512 ? name : "sha256-" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static Notice InForm(int form, string bucket, FaultFile file, string fileId) =>
        form switch
        {
            0 => Own(file, fileId),
            1 => Event(bucket, file),
            2 => Event(bucket, file) with { Body = Envelope(EventBody(bucket, file)) },
            _ => Event(bucket, file) with { Body = EventBridgeBody(bucket, file) },
        };

    private static string Envelope(string message) =>
        new JsonObject
        {
            ["Type"] = "Notification",
            ["TopicArn"] = "arn:aws:sns:us-east-1:000000000000:files",
            ["Message"] = message,
        }.ToJsonString();

    private static string EventBridgeBody(string bucket, FaultFile file) =>
        new JsonObject
        {
            ["detail-type"] = "Object Created",
            ["source"] = "aws.s3",
            ["detail"] = new JsonObject
            {
                ["bucket"] = new JsonObject { ["name"] = bucket },
                ["object"] = new JsonObject { ["key"] = file.Key, ["size"] = file.Content?.Length ?? 1 },
            },
        }.ToJsonString();

    private static string EventBody(string bucket, params FaultFile[] files) =>
        new JsonObject { ["Records"] = new JsonArray([.. files.Select(file => Record(bucket, file))]) }.ToJsonString();

    private static JsonObject Record(string bucket, FaultFile file) =>
        new()
        {
            ["eventVersion"] = "2.1",
            ["eventSource"] = "aws:s3",
            ["eventName"] = "ObjectCreated:Put",
            ["s3"] = new JsonObject
            {
                ["bucket"] = new JsonObject { ["name"] = bucket },
                // As in a web form, which S3 does in these notices: a space is a plus, a plus is %2B.
                ["object"] = new JsonObject
                {
                    ["key"] = WebUtility.UrlEncode(file.Key),
                    ["size"] = file.Content?.Length ?? 1,
                },
            },
        };
}

using System.IO.Enumeration;
using System.Text.Json;

namespace Cis.EndToEnd.Image;

/// <summary>One of the policies in deploy/iam, as pairs of action and resource.</summary>
internal sealed class PolicyFile
{
    // S3 makes this call in the name of whoever fetches a file.
    private const string CalledByS3 = "kms:Decrypt";

    private readonly List<AwsCall> _allowed;

    /// <summary>Reads it.</summary>
    internal PolicyFile(string name)
    {
        using var policy = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "iam", name)));
        _allowed =
        [
            .. from statement in policy.RootElement.GetProperty("Statement").EnumerateArray()
            from action in ListOf(statement.GetProperty("Action"))
            from resource in ListOf(statement.GetProperty("Resource"))
            where action != CalledByS3
            select new AwsCall(action, resource),
        ];
    }

    /// <summary>Calls that it does not allow.</summary>
    internal IEnumerable<AwsCall> Missing(IEnumerable<AwsCall> calls) =>
        calls.Where(call => !_allowed.Exists(allowed => Allows(allowed, call)));

    /// <summary>What it allows although it is none of the calls.</summary>
    internal IEnumerable<AwsCall> Needless(IReadOnlyList<AwsCall> calls) =>
        _allowed.Where(allowed => !calls.Any(call => Allows(allowed, call)));

    private static bool Allows(AwsCall allowed, AwsCall call) =>
        allowed.Action == call.Action
        && FileSystemName.MatchesSimpleExpression(allowed.Resource, call.Resource, ignoreCase: false);

    private static IEnumerable<string> ListOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select(item => item.GetString()!)
            : [value.GetString()!];
}

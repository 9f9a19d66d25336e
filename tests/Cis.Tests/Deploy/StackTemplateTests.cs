using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Cis.Tests.Deploy;

/// <summary>deploy/cloudformation.yaml, against AWS's specification and the files that it repeats.</summary>
public sealed partial class StackTemplateTests
{
    private static readonly YamlMappingNode Template = Yaml.Read("cloudformation.yaml");
    private static readonly Dictionary<string, YamlNode> Resources = SectionOf("Resources");
    private static readonly Dictionary<string, YamlNode> Parameters = SectionOf("Parameters");
    private static readonly Dictionary<string, YamlNode> Conditions = SectionOf("Conditions");

    // What the placeholders of deploy/iam are in the stack.
    private static readonly (string InStack, string InPolicy)[] Names =
    [
        ("Queue.Arn", "arn:aws:sqs:REGION:ACCOUNT:QUEUE"),
        ("DeadLetterQueue.Arn", "arn:aws:sqs:REGION:ACCOUNT:DEAD-LETTER-QUEUE"),
        ("KeyArn", "arn:aws:kms:REGION:ACCOUNT:key/KEY"),
        ("${AWS::Partition}", "aws"),
        ("${AWS::Region}", "REGION"),
        ("${AWS::AccountId}", "ACCOUNT"),
        ("${BucketName}", "BUCKET"),
        ("${DomainName}", "DOMAIN"),
        ("${IndexName}", "INDEX"),
    ];

    [Fact]
    public void Every_resource_is_of_a_type_with_such_properties_and_has_those_that_are_required()
    {
        using var specification = CloudFormationSpecification.Require();

        Assert.Equal([], Resources.SelectMany(resource => specification.FaultsOf(resource.Key, resource.Value)));
    }

    [Fact]
    public void A_wrong_resource_would_be_found()
    {
        using var specification = CloudFormationSpecification.Require();
        YamlMappingNode wrong = Yaml.Parse(
            """
            Type: AWS::AutoScaling::LifecycleHook
            Properties:
              AutoScalingGroupName: {a: b}
              HeartbeatTimeOut: 60
            """
        );

        Assert.Equal(
            [
                "Hook: LifecycleTransition is missing",
                "Hook.AutoScalingGroupName: is no String",
                "Hook.HeartbeatTimeOut: there is no such property",
            ],
            specification.FaultsOf("Hook", wrong)
        );
    }

    [Fact]
    public void Whatever_is_referred_to_is_there()
    {
        using var specification = CloudFormationSpecification.Require();
        string[] broken =
        [
            .. References().Where(name => !IsThere(name, specification)),
            .. ConditionsInUse().Where(name => !Conditions.ContainsKey(name)),
        ];

        Assert.Equal([], broken);
    }

    [Fact]
    public void Every_parameter_and_condition_is_used()
    {
        Assert.Equal([], Parameters.Keys.Except(References(), StringComparer.Ordinal));
        Assert.Equal([], Conditions.Keys.Except(ConditionsInUse(), StringComparer.Ordinal));
    }

    [Fact]
    public void What_may_be_missing_is_referred_to_under_its_condition_only()
    {
        string[] conditional =
        [
            .. Resources
                .Where(resource => resource.Value.Get("Condition") is not null)
                .Select(resource => resource.Key),
        ];
        IEnumerable<string> bare = Resources
            .Where(resource => resource.Value.Get("Condition") is null)
            .SelectMany(resource => ReferencesOutsideOfIf(resource.Value))
            .Select(reference => reference.Split('.')[0]);

        Assert.Equal([], bare.Intersect(conditional, StringComparer.Ordinal));
    }

    [Fact]
    public void Expressions_speak_of_metrics_of_the_same_list()
    {
        YamlNode[] lists = [.. Template.Walk().Select(node => node.Get("Metrics")).OfType<YamlSequenceNode>()];
        YamlNode[] queries =
        [
            .. lists.SelectMany(list => list.Items()).Where(query => query.Get("Expression") is not null),
        ];

        Assert.Equal(2, queries.Length);
        foreach (YamlSequenceNode list in lists.Cast<YamlSequenceNode>())
        {
            string[] names = [.. list.Items().Select(item => item.Get("Id")?.Text()).OfType<string>()];
            IEnumerable<string> spoken = list.Items()
                .Select(item => item.Get("Expression")?.Text() ?? "")
                .SelectMany(expression => Word.Matches(expression).Select(match => match.Value));
            Assert.Equal([], spoken.Except(names, StringComparer.Ordinal));
            Assert.True(names.Length == 0 || list.Items().Count(item => item.Need("ReturnData").Text() == "true") == 1);
        }
    }

    [Fact]
    public void The_instances_role_is_allowed_what_the_worker_s_policy_allows()
    {
        IEnumerable<string> allowed = StatementsOf("WorkerPolicy").Concat(StatementsOf("DecryptPolicy"));

        Assert.Equal(PolicyOfWorker().Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Instances_start_as_user_data_says()
    {
        YamlNode data = Resources["LaunchTemplate"].Need("Properties", "LaunchTemplateData", "UserData", "Fn::Base64");
        YamlMappingNode own = Yaml.Parse(data.Items().Single() is YamlSequenceNode sub ? sub[0].Text() : "");
        YamlMappingNode example = Yaml.Read("user-data.yaml");

        Assert.Equal(NamesOf(example), NamesOf(own));
        Assert.Equal($"{example.Need("runcmd")}", $"{own.Need("runcmd")}");
        Assert.Equal(AllButContent(example), AllButContent(own));
    }

    private static Dictionary<string, YamlNode> SectionOf(string name) =>
        Template
            .Need(name)
            .Members()
            .ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);

    private static bool IsThere(string name, CloudFormationSpecification specification) =>
        name.StartsWith("AWS::", StringComparison.Ordinal) ? PseudoParameters.Contains(name)
        : name.Split('.', 2) is [var resource, var attribute]
            ? Resources.TryGetValue(resource, out YamlNode? node)
                && specification.HasAttribute(node.Need("Type").Text(), attribute)
        : Parameters.ContainsKey(name) || Resources.ContainsKey(name);

    private static readonly HashSet<string> PseudoParameters = new(StringComparer.Ordinal)
    {
        "AWS::AccountId",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackName",
    };

    private static string[] References() =>
        [
            .. Template.Walk().SelectMany(ReferencesOf),
            .. Resources.Values.SelectMany(resource => resource.Get("DependsOn").Items()).Select(node => node.Text()),
        ];

    private static IEnumerable<string> ReferencesOf(YamlNode node) =>
        node.Function() switch
        {
            "Ref" or "GetAtt" => [node.Text()],
            "Sub" when node is YamlSequenceNode sub => NamesIn(sub[0].Text())
                .Except(sub[1].Members().Select(member => member.Key), StringComparer.Ordinal),
            "Sub" => NamesIn(node.Text()),
            _ => [],
        };

    private static IEnumerable<string> ReferencesOutsideOfIf(YamlNode node) =>
        node.Function() == "If"
            ? []
            : ReferencesOf(node)
                .Concat(
                    node switch
                    {
                        YamlMappingNode mapping => mapping.Children.Values.SelectMany(ReferencesOutsideOfIf),
                        YamlSequenceNode sequence => sequence.Children.SelectMany(ReferencesOutsideOfIf),
                        _ => [],
                    }
                );

    private static string[] ConditionsInUse() =>
        [
            .. Template.Walk().Where(node => node.Function() == "Condition").Select(node => node.Text()),
            .. Template
                .Walk()
                .Where(node => node.Function() == "If")
                .Select(node => ((YamlSequenceNode)node)[0].Text()),
            .. Resources.Values.Select(resource => resource.Get("Condition")?.Text()).OfType<string>(),
        ];

    private static IEnumerable<string> NamesIn(string text) =>
        Name.Matches(text).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> StatementsOf(string policy) =>
        from statement in Resources[policy].Need("Properties", "PolicyDocument", "Statement").Items()
        from action in statement.Need("Action").Items()
        from resource in statement.Need("Resource").Items()
        select $"{statement.Need("Sid").Text()} {action.Text()} {WithPlaceholders(resource.Text())}";

    private static string WithPlaceholders(string resource) =>
        Names.Aggregate(
            resource,
            (text, name) =>
                name.InStack.StartsWith('$') ? text.Replace(name.InStack, name.InPolicy, StringComparison.Ordinal)
                : text == name.InStack ? name.InPolicy
                : text
        );

    private static List<string> PolicyOfWorker()
    {
        using var policy = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy", "iam", "worker.json")));
        return
        [
            .. from statement in policy.RootElement.GetProperty("Statement").EnumerateArray()
            from action in ListOf(statement.GetProperty("Action"))
            from resource in ListOf(statement.GetProperty("Resource"))
            select $"{statement.GetProperty("Sid").GetString()} {action} {resource}",
        ];
    }

    private static IEnumerable<string> ListOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select(item => item.GetString()!)
            : [value.GetString()!];

    private static IEnumerable<string> NamesOf(YamlNode userData) =>
        userData
            .Need("write_files")
            .Items()
            .Single()
            .Need("content")
            .Text()
            .Split('\n')
            .Select(line => line.Split('=')[0]);

    private static string AllButContent(YamlNode userData) =>
        string.Join(
            ' ',
            userData
                .Need("write_files")
                .Items()
                .Single()
                .Members()
                .Where(member => member.Key != "content")
                .Select(member => $"{member.Key}={member.Value}")
        );

    // Not functions, which are written in capitals.
    [GeneratedRegex(@"\b[a-z]\w*\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word { get; }

    [GeneratedRegex(@"\$\{(?<name>[^!}][^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name { get; }
}

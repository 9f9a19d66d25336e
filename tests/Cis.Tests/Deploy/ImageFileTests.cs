using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Cis.Tests.Deploy;

/// <summary>What deploy/ has for image builders, by the tools that Debian has for it.</summary>
public sealed partial class ImageFileTests
{
    // What AWS's documentation of component documents lists, as far as it is used here.
    private static readonly Dictionary<string, string[]> Actions = new(StringComparer.Ordinal)
    {
        ["ExecuteBash"] = ["commands"],
        ["S3Download"] = ["source", "destination", "overwrite"],
    };

    private static readonly string[] StepKeys = ["name", "action", "timeoutSeconds", "onFailure", "inputs"];

    private static readonly YamlMappingNode Component = Yaml.Read("image-builder.yaml");

    [Fact]
    public void Packer_takes_the_template()
    {
        var packer = DebianTool.Require("/usr/bin/packer");
        string template = Repository.PathOf("deploy", "packer.pkr.hcl");

        Assert.Equal((0, ""), packer.Run("validate", "-var", $"cis_file={template}", template));
        Assert.Equal((0, ""), packer.Run("fmt", "-check", template));
        Assert.Equal((0, ""), packer.Run("fmt", "-check", Repository.PathOf("deploy", "plugins.pkr.hcl")));
    }

    [Fact]
    public void Cloud_init_takes_the_user_data()
    {
        (int exitCode, string output) = DebianTool
            .Require("/usr/bin/cloud-init")
            .Run("schema", "--config-file", Repository.PathOf("deploy", "user-data.yaml"));

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void What_user_data_sets_are_settings_of_the_worker()
    {
        using var host = new TestHost();
        string content = Yaml.Read("user-data.yaml").Need("write_files").Items().Single().Need("content").Text();
        string[][] settings = [.. content.TrimEnd('\n').Split('\n').Select(line => line.Split('=', 2))];
        foreach (string[] setting in settings)
        {
            host.Variables[setting[0]] = setting[1];
        }

        Assert.Equal(ExitCode.Ok, host.Run("config", "show"));

        Assert.All(settings, setting => Assert.Contains(setting[0], host.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void The_component_has_the_phases_of_image_builder_in_their_order()
    {
        Assert.Equal("1.0", Component.Need("schemaVersion").Text());
        Assert.Equal(
            ["build", "validate", "test"],
            Component.Need("phases").Items().Select(phase => phase.Need("name").Text())
        );
    }

    [Fact]
    public void Every_step_has_a_name_and_an_action_with_its_inputs()
    {
        YamlNode[] steps = [.. Component.Need("phases").Items().SelectMany(phase => phase.Need("steps").Items())];

        Assert.All(
            steps,
            step =>
            {
                Assert.Equal([], step.Members().Select(member => member.Key).Except(StepKeys, StringComparer.Ordinal));
                string[] inputs = Actions[step.Need("action").Text()];
                Assert.All(InputsOf(step), input => Assert.Equal([], input.Except(inputs, StringComparer.Ordinal)));
            }
        );
        Assert.Equal(
            steps.Length,
            steps.Select(step => step.Need("name").Text()).Distinct(StringComparer.Ordinal).Count()
        );
    }

    [Fact]
    public void Its_parameters_are_those_that_its_steps_use()
    {
        IEnumerable<string> declared = Component
            .Need("parameters")
            .Items()
            .Select(parameter => parameter.Members().Single().Key);
        IEnumerable<string> used = Component
            .Walk()
            .OfType<YamlScalarNode>()
            .SelectMany(node => Parameter.Matches(node.Value!).Select(match => match.Groups["name"].Value));

        Assert.Equal(
            declared.Order(StringComparer.Ordinal),
            used.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Its_commands_are_of_the_shell()
    {
        IEnumerable<string> commands = Component
            .Walk()
            .Select(node => node.Get("commands"))
            .OfType<YamlSequenceNode>()
            .SelectMany(list => list.Items().Select(command => command.Text()));

        Assert.All(
            commands,
            command => Assert.Equal((0, ""), DebianTool.Require("/bin/bash").Run("-n", "-c", command))
        );
    }

    private static IEnumerable<IEnumerable<string>> InputsOf(YamlNode step)
    {
        YamlNode inputs = step.Need("inputs");
        return inputs is YamlSequenceNode list
            ? list.Items().Select(item => item.Members().Select(member => member.Key))
            : [inputs.Members().Select(member => member.Key)];
    }

    [GeneratedRegex(@"\{\{ (?<name>\w+) \}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter { get; }
}

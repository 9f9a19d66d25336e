using System.CommandLine;
using Cis.Aws;
using Cis.Commands.Help;
using Cis.Configuration;
using Cis.Doctor;
using Cis.Payload;
using Cis.Sandbox;

namespace Cis.Commands;

/// <summary><c>cis doctor</c>: looks at all that cis needs, and says what to do where it is not so.</summary>
internal sealed class DoctorCommand
{
    private const string Examples = """
        Examples:
          cis doctor --offline         while a machine image is built: the machine and the file itself
          cis doctor                   on an instance, with the worker's variables: AWS and OpenSearch as well
          cis doctor --json            for programs

        Each line is pass, warn (it works, but slower or with more risk) or fail. Exit code 1 if any failed.
        """;

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Skip checks that need the network: credentials, clock, queue, bucket, index.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the findings as JSON." };

    private readonly CommandHost _host;
    private readonly SettingFlags _flags;

    private DoctorCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Options.Add(_offline);
        command.Options.Add(_json);
        LoudnessOptions.AddTo(command);
        _flags = new SettingFlags(command, Settings.OfWorker);
        command.SetAction((parsed, _) => RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("doctor", "Check everything that cis needs, and say what to do where a check fails.");
        _ = new DoctorCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        LoudnessOptions.Heed(parsed, _host);
        SettingValues settings = _flags.Resolve(parsed, _host);
        using var cloud = new CloudChecks(
            settings,
            _host.Environment,
            aws => new AwsClients(aws) { Trace = _host.Error.Explain },
            _host.Error.Explain
        );
        bool asJson = parsed.GetValue(_json);
        var findings = new List<Finding>();
        IEnumerable<Check> checks = MachineOf(settings).Concat(parsed.GetValue(_offline) ? [] : cloud.All());
        return (int)
            await StopSignals.RunAsync(async stop =>
            {
                CheckStatus worst = await Examination.RunAsync(
                    checks,
                    finding => Tell(finding, findings, asJson),
                    stop
                );
                if (asJson)
                {
                    _host.Out.Write(FindingsText.Json(findings, worst));
                }

                return worst == CheckStatus.Fail ? ExitCode.SomeFailed : ExitCode.Ok;
            });
    }

    private void Tell(Finding finding, List<Finding> findings, bool asJson)
    {
        findings.Add(finding);
        if (!asJson)
        {
            _host.Out.Write(FindingsText.Line(finding, _host.ColorsOutput));
        }
    }

    private IEnumerable<Check> MachineOf(SettingValues settings)
    {
        int engines = settings.Get(Settings.Engines);
        var scratch = new ScratchCheck(
            settings.Get(WorkerSettings.ScratchDirectory)!,
            settings.Get(WorkerSettings.ScratchBytes)
        );
        var machine = new Lazy<MachineChecks>(() => new MachineChecks(MachineFacts.Read(_host.KernelsOf(settings))));
        return
        [
            new("payload", () => PayloadCheck.Look(PayloadStore.Open)),
            new("cpu", () => machine.Value.Cpu(settings.Get(Settings.Kernels))),
            new("cores", () => machine.Value.Cores(engines)),
            new("memory", () => machine.Value.Memory(engines, scratch.IsInMemory ? scratch.Wanted : 0)),
            new("glibc", () => machine.Value.Glibc()),
            new("scratch", scratch.Look),
            new("sandbox", () => SandboxCheck.Look(settings.Get(Settings.Sandbox), () => FindLayers(settings))),
            new("sample", new SampleCheck(() => _host.OpenEngines(settings), settings.Reading().Limits).LookAsync),
        ];
    }

    private (SandboxLayers Layers, string WhyNot) FindLayers(SettingValues settings)
    {
        string whyNot = "";
        using IEngineFactory engines = _host.OpenEngines(settings);
        engines.Say = text => whyNot = text;
        return (engines.FindLayers(), whyNot);
    }
}

using System.CommandLine;
using Cis.Commands.Help;
using Cis.Service;

namespace Cis.Commands;

/// <summary><c>cis service</c>: the unit by which systemd runs the worker.</summary>
internal static class ServiceCommand
{
    private const string Examples = """
        Examples:
          cis service --print > /etc/systemd/system/cis-worker.service
          systemctl daemon-reload && systemctl enable --now cis-worker

        The unit runs /usr/local/bin/cis as the user cis, takes its settings from /etc/cis/worker.env, uses /mnt/tmpfs as
        scratch, and shuts the worker in: systemd-analyze security cis-worker. systemctl status shows what the worker is
        doing; a worker with an engine that is stuck, or one that hangs, is restarted. To change something:
        systemctl edit cis-worker.
        """;

    /// <summary>The command.</summary>
    internal static Command Create(CommandHost host)
    {
        var print = new Option<bool>("--print") { Description = "Print the unit." };
        var command = new Command("service", "Print the systemd unit of the worker.") { print };
        HelpPage.AddTo(command, Examples);
        command.SetAction(parsed =>
            host.Out.Write(
                parsed.GetValue(print)
                    ? ServiceUnit.Read()
                    : throw new UsageException("cis service needs --print, which prints the unit")
            )
        );
        return command;
    }
}

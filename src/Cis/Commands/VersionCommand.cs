using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cis.Configuration;
using Cis.Ocr.Kernels;
using Cis.Payload;

namespace Cis.Commands;

/// <summary><c>cis version</c>: what this file is and what it carries.</summary>
internal static class VersionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var verbose = new Option<bool>("--verbose")
        {
            Description = "Check the whole file; list its parts and what they need.",
        };
        var command = new Command("version", "Show the version and the model family.") { verbose };
        command.SetAction(parsed => Run(host, parsed.GetValue(verbose)));
        return command;
    }

    /// <summary>Prints the version, also without a parsed command line.</summary>
    internal static int Run(CommandHost host, bool verbose)
    {
        using var payload = PayloadStore.Open();
        var family = FamilySummary.Read(payload);
        host.Out.WriteLine($"cis {BuildFacts.Read(payload)}");
        host.Out.WriteLine($"models: {family.Name}, sha256 {family.Sha256}");
        if (family.Note.Length > 0)
        {
            host.Out.WriteLine($"note: {family.Note}");
        }
        if (verbose)
        {
            payload.Verify();
            host.Out.WriteLine($"kernels: {KernelsOf(host)}");
            host.Out.Write(PartsOf(payload));
        }
        return (int)ExitCode.Ok;
    }

    /// <summary>What runs the models on this CPU, with the settings of the environment.</summary>
    private static string KernelsOf(CommandHost host)
    {
        var settings = SettingValues.Resolve(configPath: null, host.Variables, _ => null);
        return NameOf(host.KernelsOf(settings));
    }

    /// <summary>A set of kernels for a person.</summary>
    internal static string NameOf(KernelSet kernels) =>
        kernels switch
        {
            KernelSet.Vnni => "AVX512-VNNI",
            KernelSet.Avx512 => "AVX-512 without VNNI",
            KernelSet.AvxVnni => "AVX-VNNI",
            KernelSet.Avx2 => "AVX2",
            KernelSet.None => "none, ONNX Runtime in 32 bits",
            _ => throw new UnreachableException(),
        };

    /// <summary>What the native libraries need of the machine, and every entry with its bytes and hash.</summary>
    private static string PartsOf(PayloadStore payload)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"payload: {payload.Location}, every byte checked\n\nneeds:\n");
        using (PayloadView needs = payload.Map(payload.Find("lib.needs")))
        {
            text.Append(Encoding.UTF8.GetString(needs.Span));
        }

        text.Append("\n      bytes  xxh128                            part\n");
        foreach (PayloadEntry entry in payload.Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Length, 11}  {entry.Hash:x32}  {entry.Name}\n");
        }

        return text.ToString();
    }
}

using Cis.Configuration;
using Cis.Sandbox;

namespace Cis.Doctor;

/// <summary>Whether documents are parsed in a sandbox.</summary>
internal static class SandboxCheck
{
    private const string Name = "sandbox";

    /// <summary>What was found.</summary>
    /// <param name="mode">As set.</param>
    /// <param name="findLayers">Finds the layers, and says why there are none.</param>
    internal static Finding Look(SandboxMode mode, Func<(SandboxLayers Layers, string WhyNot)> findLayers)
    {
        if (mode == SandboxMode.Off)
        {
            return new(
                Name,
                CheckStatus.Warn,
                "off: documents are parsed in the process that holds the credentials",
                "set sandbox to auto or on"
            );
        }

        (SandboxLayers layers, string whyNot) = findLayers();
        return layers switch
        {
            SandboxLayers.None => new(
                Name,
                mode == SandboxMode.On ? CheckStatus.Fail : CheckStatus.Warn,
                whyNot,
                "allow seccomp and new processes, or run another kernel"
            ),
            _ when !layers.HasFlag(SandboxLayers.Namespaces) => new(
                Name,
                CheckStatus.Pass,
                NameOf(layers) + "; no namespaces of its own, which users get none of here"
            ),
            _ => new(Name, CheckStatus.Pass, NameOf(layers)),
        };
    }

    /// <summary>Layers for a person.</summary>
    internal static string NameOf(SandboxLayers layers)
    {
        var names = new List<string>();
        foreach (
            (SandboxLayers layer, string name) in (ReadOnlySpan<(SandboxLayers, string)>)
                [
                    (SandboxLayers.Limits, "limits of memory and files"),
                    (SandboxLayers.Calls, "system calls filtered"),
                    (SandboxLayers.Namespaces, "user and network namespaces"),
                ]
        )
        {
            if (layers.HasFlag(layer))
            {
                names.Add(name);
            }
        }

        return string.Join(", ", names);
    }
}

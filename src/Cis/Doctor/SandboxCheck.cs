using Cis.Sandbox;

namespace Cis.Doctor;

/// <summary>Whether documents are parsed in a sandbox.</summary>
internal static class SandboxCheck
{
    private const string Name = "sandbox";

    /// <summary>What was found.</summary>
    /// <param name="mode">As set.</param>
    /// <param name="findWalls">Finds the walls, and says why there are none.</param>
    internal static Finding Look(SandboxMode mode, Func<(BoxWalls Walls, string WhyNot)> findWalls)
    {
        if (mode == SandboxMode.Off)
        {
            return new(
                Name,
                Health.Warn,
                "off: documents are parsed in the process that holds the credentials",
                "set sandbox to auto or on"
            );
        }

        (BoxWalls walls, string whyNot) = findWalls();
        return walls switch
        {
            BoxWalls.None => new(Name, Health.Warn, whyNot, "allow seccomp and new processes, or run another kernel"),
            _ when !walls.HasFlag(BoxWalls.Namespaces) => new(
                Name,
                Health.Pass,
                NameOf(walls) + "; no namespaces of its own, which users get none of here"
            ),
            _ => new(Name, Health.Pass, NameOf(walls)),
        };
    }

    /// <summary>Walls for a person.</summary>
    internal static string NameOf(BoxWalls walls)
    {
        var names = new List<string>();
        foreach (
            (BoxWalls wall, string name) in (ReadOnlySpan<(BoxWalls, string)>)
                [
                    (BoxWalls.Limits, "limits of memory and files"),
                    (BoxWalls.Calls, "system calls filtered"),
                    (BoxWalls.Namespaces, "user and network namespaces"),
                ]
        )
        {
            if (walls.HasFlag(wall))
            {
                names.Add(name);
            }
        }

        return string.Join(", ", names);
    }
}

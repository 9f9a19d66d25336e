using Cis.Files;
using Cis.Pages;

namespace Cis.Input;

/// <summary>A file to read.</summary>
/// <param name="Path">As the user knows it (<see cref="PathBytes"/>); <see cref="StandardInput"/> for standard input.</param>
/// <param name="RelativePath">Where its output belongs under an output folder, without the format's ending.</param>
/// <param name="Facts">What the path leads to; null if nothing that could be asked.</param>
internal sealed record InputFile(string Path, string RelativePath, FileFacts? Facts = null)
{
    /// <summary>The path that stands for standard input.</summary>
    internal const string StandardInput = "-";

    /// <summary>The path for people and documents.</summary>
    internal string Name { get; } = PathBytes.Shown(Path);

    /// <summary>Whether it was found in a folder, not named.</summary>
    internal bool IsFound { get; init; }

    /// <summary>Whether it was found in the folder that the output goes to.</summary>
    internal bool IsInOutputFolder { get; init; }

    /// <summary>Why there is nothing to read: a folder that is empty or cannot be listed. Null for a file.</summary>
    internal ReadException? Unusable { get; init; }

    /// <summary>Why its output cannot be written, which makes reading it vain; null if nothing is known against it.</summary>
    internal string? Unwritable { get; init; }
}

/// <summary>What a command line names, to be read.</summary>
/// <param name="Files">The files in their order.</param>
/// <param name="Skipped">What is left out.</param>
/// <param name="IsBatch">Whether they were found or listed, so that the user does not know how many there are.</param>
internal sealed record InputList(IReadOnlyList<InputFile> Files, SkippedFiles Skipped, bool IsBatch);

/// <summary>How many files a run leaves out, and why.</summary>
/// <param name="Done">They have their output.</param>
/// <param name="Own">cis wrote them.</param>
/// <param name="OtherType">They are of no type that cis reads.</param>
/// <param name="Special">Pipes, sockets and devices, which are not opened.</param>
/// <param name="Unreadable">Their names do not tell what they are, and their bytes may not be read.</param>
internal readonly record struct SkippedFiles(int Done, int Own, int OtherType, int Special, int Unreadable)
{
    /// <summary>All of them.</summary>
    internal int Count => Done + Own + OtherType + Special + Unreadable;

    /// <summary>The reasons in one line; empty if nothing is left out.</summary>
    internal string Reasons =>
        string.Join(
            ", ",
            new (int Count, string Reason)[]
            {
                (Done, "with an output"),
                (Own, "written by cis"),
                (OtherType, "of no type that cis reads"),
                (Special, "no regular file"),
                (Unreadable, "not readable"),
            }
                .Where(skipped => skipped.Count > 0)
                .Select(skipped => $"{skipped.Count} {skipped.Reason}")
        );
}

using Cis.Pages;
using Cis.Worker.Fetching;

namespace Cis.Doctor;

/// <summary>The folder where files lie while they are read.</summary>
/// <param name="Folder">As set.</param>
/// <param name="Wanted">scratch-bytes.</param>
internal sealed record ScratchCheck(string Folder, long Wanted)
{
    private const string Name = "scratch";

    /// <summary>Whether it is kept in memory.</summary>
    internal bool IsInMemory => Directory.Exists(Folder) && new DriveInfo(Folder).DriveFormat is "tmpfs" or "ramfs";

    /// <summary>Looks at it; a file is made in it and removed.</summary>
    internal Finding Look()
    {
        if (!Directory.Exists(Folder))
        {
            return new(
                Name,
                CheckStatus.Warn,
                $"{Folder} is not there: a worker takes /dev/shm or the folder for temporary files in its place",
                $"mount a tmpfs on {Folder}, or set scratch-directory"
            );
        }

        if (WhyNotWritable() is { } reason)
        {
            return new(
                Name,
                CheckStatus.Fail,
                $"{Folder}: {reason}",
                "let this user write to it, or set scratch-directory"
            );
        }

        return Judge(Scratch.RoomIn(Folder));
    }

    /// <summary>Judges a folder that can be written to by the room in it, in bytes.</summary>
    internal Finding Judge(long free)
    {
        var drive = new DriveInfo(Folder);
        string found =
            $"{Folder} ({drive.DriveFormat}), {MachineFacts.Size(free)} for files, {MachineFacts.Size(Wanted)} wanted (scratch-bytes)";
        return free < Math.Min(Wanted, Scratch.MinRoom)
                ? new(Name, CheckStatus.Fail, found + ": it is full", "make room in it, or enlarge it")
            : !IsInMemory ? new(Name, CheckStatus.Warn, found + ": on a disk", "a tmpfs is faster: mount one there")
            : free < Wanted
                ? new(Name, CheckStatus.Warn, found, "larger files are refused as too-large: enlarge the tmpfs (size=)")
            : new(Name, CheckStatus.Pass, found);
    }

    private string? WhyNotWritable()
    {
        try
        {
            string file = Path.Combine(Folder, $"cis-doctor-{Guid.NewGuid():N}");
            File.WriteAllBytes(file, [1]);
            File.Delete(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FileFault.Describe(e);
        }
    }
}

namespace Cis.Doctor;

/// <summary>The folder where files lie while they are read.</summary>
/// <param name="Folder">As set.</param>
/// <param name="Wanted">scratch-bytes.</param>
internal sealed record ScratchCheck(string Folder, long Wanted)
{
    private const string Name = "scratch";

    // As Scratch leaves it to its journal and to others.
    private const double UsableShare = 0.75;

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

        return LookAtRoom();
    }

    private Finding LookAtRoom()
    {
        var drive = new DriveInfo(Folder);
        long free = (long)(drive.AvailableFreeSpace * UsableShare);
        string found =
            $"{Folder} ({drive.DriveFormat}), {MachineFacts.Size(free)} for files, {MachineFacts.Size(Wanted)} wanted (scratch-bytes)";
        return !IsInMemory ? new(Name, CheckStatus.Warn, found + ": on a disk", "a tmpfs is faster: mount one there")
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
            return e.Message;
        }
    }
}

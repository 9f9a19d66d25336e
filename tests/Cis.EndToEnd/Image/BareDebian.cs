namespace Cis.EndToEnd.Image;

/// <summary>A Debian of the fewest packages that boots, as a tar file that is fetched once for this checkout.</summary>
internal static class BareDebian
{
    private const string Fetcher = "/usr/bin/mmdebstrap";

    // libstdc++6 is there on every cloud image; nothing else of cis's needs is named.
    private const string Packages = "systemd,systemd-sysv,dbus,libstdc++6";

    private static readonly string Archive = Path.Combine(Repository.Root, "artifacts", "bare-debian.tar");

    /// <summary>Lays it out in a folder; leaves the test out where it cannot be had.</summary>
    internal static void Unpack(string folder)
    {
        Assert.SkipUnless(File.Exists(Fetcher), "mmdebstrap is not on this machine");
        if (!File.Exists(Archive))
        {
            Fetch();
        }

        var unpacked = ProgramRun.Of("/bin/tar", "--extract", "--file", Archive, "--directory", folder);
        Assert.True(unpacked.ExitCode == 0, unpacked.Error);
    }

    private static void Fetch()
    {
        string partial = Path.Combine(Path.GetDirectoryName(Archive)!, "bare-debian.partial.tar");
        var fetched = ProgramRun.Of(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" },
            Fetcher,
            "--variant=minbase",
            $"--include={Packages}",
            "bookworm",
            partial
        );
        Assert.SkipUnless(fetched.ExitCode == 0, $"no Debian can be fetched: {fetched.Error}");
        File.Move(partial, Archive, overwrite: true);
    }
}

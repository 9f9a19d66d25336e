namespace Cis.EndToEnd;

/// <summary>
/// A root file system with nothing but the packed file, a document and the C library, mounted read-only, for a user
/// without a name or a home: what the packed file promises to be enough. Making one needs root.
/// </summary>
internal sealed class Jail : IDisposable
{
    private const string Nobody = "65534";

    // The executable's own needs, and those of its libraries that 'cis version --verbose' lists.
    private static readonly string[] SystemLibraries =
    [
        "libc.so.6",
        "libm.so.6",
        "libdl.so.2",
        "librt.so.1",
        "libpthread.so.0",
        "libresolv.so.2",
        "libstdc++.so.6",
        "libgcc_s.so.1",
    ];

    private static readonly string[] LibraryFolders =
    [
        "/lib/x86_64-linux-gnu",
        "/usr/lib/x86_64-linux-gnu",
        "/lib64",
        "/usr/lib64",
    ];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cis-jail-");

    /// <summary>Makes one, or skips the test where that is not allowed.</summary>
    /// <param name="packedFile">Becomes /cis.</param>
    /// <param name="documents">Become /NAME each.</param>
    public Jail(string packedFile, params string[] documents)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can make a jail.");
        Assert.SkipUnless(
            ProgramRun.Of("/usr/bin/unshare", "--mount", "/bin/true").ExitCode == 0,
            "Mounts are not allowed here."
        );
        Copy(packedFile, "cis");
        foreach (string document in documents)
        {
            Copy(document, Path.GetFileName(document));
        }

        Copy("/lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2");
        foreach (string library in SystemLibraries)
        {
            // At its own path: where the loader looks is the distribution's choice.
            string path = LibraryFolders.Select(folder => Path.Combine(folder, library)).First(File.Exists);
            Copy(path, path.TrimStart('/'));
        }
        Directory.CreateDirectory(Path.Combine(_root.FullName, "proc"));
        File.SetUnixFileMode(_root.FullName, (UnixFileMode)0b101_101_101);
    }

    /// <summary>Runs /cis inside.</summary>
    public ProgramRun Run(params string[] arguments)
    {
        string root = _root.FullName;
        string script =
            $"mount --bind {root} {root} && mount -o remount,bind,ro {root} && mount --bind /proc {root}/proc && "
            + $"exec /usr/sbin/chroot --userspec={Nobody}:{Nobody} {root} /cis \"$@\"";
        // PATH for the shell's own programs; chroot hands on what it has, so env empties it in front of cis.
        return ProgramRun.Of(
            "/usr/bin/unshare",
            [
                "--mount",
                "/bin/sh",
                "-c",
                script.Replace("exec ", "exec env -i ", StringComparison.Ordinal),
                "sh",
                .. arguments,
            ]
        );
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Copy(string source, string name)
    {
        string path = Path.Combine(_root.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(source, path);
    }
}

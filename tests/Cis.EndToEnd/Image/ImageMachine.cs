using System.Diagnostics;

namespace Cis.EndToEnd.Image;

/// <summary>
/// A machine made as the image is: a bare Debian, onto which deploy/install.sh puts cis without a network, booted by its own
/// systemd. It shares this machine's loopback interface, where the servers are.
/// </summary>
public sealed class ImageMachine : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(40);

    private static readonly Dictionary<string, string> SearchPath = new(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
    };

    // What a container has no use for.
    private static readonly string[] Masked =
    [
        "console-getty.service",
        "systemd-logind.service",
        "systemd-sysctl.service",
        "systemd-modules-load.service",
        "sys-kernel-debug.mount",
        "sys-kernel-tracing.mount",
    ];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cis-image-");
    private DirectoryInfo? _group;
    private Process? _boot;
    private string? _init;

    private string SettingsFile => Path.Combine(_root.FullName, "etc/cis/worker.env");

    /// <summary>What install.sh said, once the machine runs.</summary>
    internal string Installation { get; private set; } = "";

    /// <summary>Makes and boots it if it does not run; leaves the test out where that is not allowed.</summary>
    internal async Task RequireAsync()
    {
        if (_init is not null)
        {
            return;
        }

        Assert.SkipUnless(Environment.UserName == "root", "Only root can boot an image.");
        Assert.SkipUnless(
            ProgramRun.Of("/usr/bin/unshare", "--mount", "--pid", "--fork", "--cgroup", "/bin/true").ExitCode == 0,
            "Mounts are not allowed here."
        );
        MakeGroup();
        string cis = Repository.PackedFile();
        BareDebian.Unpack(_root.FullName);
        Install(cis);
        await BootAsync();
    }

    /// <summary>Runs a program inside.</summary>
    internal ProgramRun Run(string program, params string[] arguments) =>
        ProgramRun.Of(
            SearchPath,
            "/usr/bin/nsenter",
            [
                "--target",
                _init!,
                "--pid",
                "--mount",
                "--ipc",
                "--uts",
                "--cgroup",
                "--root",
                "--wd",
                program,
                .. arguments,
            ]
        );

    /// <summary>A property of the worker's unit.</summary>
    internal string Property(string name) => Run("systemctl", "show", "-P", name, Unit).Output.TrimEnd('\n');

    /// <summary>The worker's unit.</summary>
    internal const string Unit = "cis-worker.service";

    /// <summary>Waits until a property of the worker's unit has a value.</summary>
    internal async Task UntilAsync(string property, Predicate<string> isGood)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        while (!isGood(Property(property)))
        {
            Assert.False(limit.IsCancellationRequested, $"{property} is {Property(property)}:\n{Log()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What the worker and systemd said.</summary>
    internal string Log() => Run("journalctl", "--no-pager", "--unit", Unit).Output;

    /// <summary>Appends to the settings that install.sh left, as cloud-init does with user-data.yaml.</summary>
    internal void Set(IEnumerable<KeyValuePair<string, string>> settings)
    {
        string[] ofImage = File.ReadAllLines(SettingsFile)[..InstalledLines];
        File.WriteAllLines(SettingsFile, [.. ofImage, .. settings.Select(setting => $"{setting.Key}={setting.Value}")]);
    }

    /// <summary>Overrides parts of the unit, as systemctl edit does, until the machine is gone or it is called again.</summary>
    internal void Override(params string[] lines)
    {
        string folder = Path.Combine(_root.FullName, $"etc/systemd/system/{Unit}.d");
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "override.conf"), ["[Service]", .. lines]);
        Systemctl("daemon-reload");
    }

    /// <summary>Stops the worker, and forgets how it ended before.</summary>
    internal void Reset()
    {
        Systemctl("stop", Unit);
        Run("systemctl", "reset-failed", Unit);
    }

    /// <summary>Runs a command of systemctl that has to succeed.</summary>
    internal void Systemctl(params string[] arguments)
    {
        ProgramRun run = Run("systemctl", arguments);
        Assert.True(run.ExitCode == 0, run.Error + Log());
    }

    public void Dispose()
    {
        if (_boot is not null)
        {
            // unshare ends what it started with it: process 1, and with that all processes.
            _boot.Kill();
            _boot.WaitForExit();
            _boot.Dispose();
        }

        if (_group is not null)
        {
            RemoveGroups(_group);
        }

        _root.Delete(recursive: true);
    }

    // The comments that install.sh begins the file with, and what it sets.
    private int InstalledLines { get; set; }

    private void MakeGroup()
    {
        string[] hierarchies = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];
        string? hierarchy = hierarchies.FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "cgroup.controllers"))
        );
        Assert.SkipWhen(hierarchy is null, "There is no cgroup2 here.");
        try
        {
            _group = Directory.CreateDirectory(Path.Combine(hierarchy, _root.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"There is no cgroup2 here: {e.Message}");
        }
    }

    // As the image's builder does: as root of the tree, which has scratch mounted or not; and here without a network.
    private void Install(string cis)
    {
        string root = _root.FullName;
        File.Copy(cis, Path.Combine(root, "opt/cis"));
        File.Copy(Path.Combine(Repository.Root, "deploy/install.sh"), Path.Combine(root, "opt/install.sh"));
        const string Script =
            "mount --bind $1 $1 && mount -t proc proc $1/proc && mount --bind /dev $1/dev && "
            + "exec chroot $1 env -i sh /opt/install.sh /opt/cis 512M";
        var run = ProgramRun.Of(SearchPath, "/usr/bin/unshare", "--mount", "--net", "sh", "-c", Script, "sh", root);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Installation = run.Output;
        InstalledLines = File.ReadAllLines(SettingsFile).Length;
        foreach (string unit in Masked)
        {
            File.CreateSymbolicLink(Path.Combine(root, "etc/systemd/system", unit), "/dev/null");
        }
    }

    private async Task BootAsync()
    {
        var start = new ProcessStartInfo(
            "/bin/sh",
            [Path.Combine(Repository.Root, "tests/Cis.EndToEnd/Image/boot.sh"), _root.FullName, _group!.FullName]
        )
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        _boot = Process.Start(start)!;
        _boot.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        while (!HasBooted())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    private bool HasBooted()
    {
        Assert.False(_boot!.HasExited, "systemd has ended");
        string children = File.ReadAllText($"/proc/{_boot.Id}/task/{_boot.Id}/children").Trim();
        if (children.Length == 0 || ReadComm(children) != "systemd")
        {
            return false;
        }

        _init = children;
        return Run("systemctl", "is-active", "multi-user.target").ExitCode == 0;
    }

    private static string ReadComm(string process) => File.ReadAllText($"/proc/{process}/comm").Trim();

    private static void RemoveGroups(DirectoryInfo group)
    {
        foreach (DirectoryInfo child in group.GetDirectories())
        {
            RemoveGroups(child);
        }

        // rmdir: the files in it are the kernel's.
        ProgramRun.Of("/bin/rmdir", group.FullName);
    }
}

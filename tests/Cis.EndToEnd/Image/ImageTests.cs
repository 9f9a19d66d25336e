using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Image;

/// <summary>Between ElasticMQ, versitygw and OpenSearch.</summary>
public sealed class RealImageTests(RealStack stack, ImageMachine machine)
    : ImageTests(stack, machine),
        IClassFixture<RealStack>,
        IClassFixture<ImageMachine>;

/// <summary>Between what every machine can run.</summary>
public sealed class EmulatedImageTests(EmulatedStack stack, ImageMachine machine)
    : ImageTests(stack, machine),
        IClassFixture<EmulatedStack>,
        IClassFixture<ImageMachine>
{
    [Fact]
    public async Task Neither_a_wrong_setting_nor_a_scratch_that_cannot_be_used_is_tried_again()
    {
        await Machine.RequireAsync();
        Machine.Reset();
        Machine.Set([]);
        Machine.Override();
        Machine.Systemctl("start", "--no-block", ImageMachine.Unit);
        await Machine.UntilAsync("ActiveState", state => state == "failed");
        Assert.Equal(("2", "0"), (Machine.Property("ExecMainStatus"), Machine.Property("NRestarts")));

        await PrepareAsync();
        Machine.Override("ReadWritePaths=", "PrivateTmp=no", "InaccessiblePaths=/dev/shm");
        Machine.Systemctl("start", "--no-block", ImageMachine.Unit);
        await Machine.UntilAsync("ActiveState", state => state == "failed");
        Assert.Equal(("5", "0"), (Machine.Property("ExecMainStatus"), Machine.Property("NRestarts")));
        Assert.Contains("scratch-directory", Machine.Log(), StringComparison.Ordinal);
    }

    // By these cis locks in the child that parses documents.
    [Theory]
    [InlineData("--user --net --map-current-user", true)]
    [InlineData("--user --net --mount", false)]
    [InlineData("--user --net --ipc", false)]
    public async Task A_child_may_have_namespaces_of_user_and_network_and_no_others(string namespaces, bool isAllowed)
    {
        await Machine.RequireAsync();
        Machine.Reset();
        Machine.Override(
            "Type=oneshot",
            "Restart=no",
            "ExecStart=",
            $"ExecStart=/usr/bin/unshare {namespaces} /bin/true"
        );

        Machine.Run("systemctl", "start", ImageMachine.Unit);

        Assert.Equal(isAllowed ? "success" : "exit-code", Machine.Property("Result"));
    }

    [Fact]
    public async Task A_worker_that_hangs_is_ended_by_the_watchdog_and_started_again()
    {
        await PrepareAsync();
        Machine.Override("WatchdogSec=2");
        Machine.Systemctl("start", ImageMachine.Unit);
        string first = Machine.Property("MainPID");

        Machine.Systemctl("kill", "--signal=STOP", "--kill-who=main", ImageMachine.Unit);

        await Machine.UntilAsync("NRestarts", count => count == "1");
        await Machine.UntilAsync("ActiveState", state => state == "active");
        Assert.NotEqual(first, Machine.Property("MainPID"));
        Machine.Systemctl("stop", ImageMachine.Unit);
        Assert.Equal("success", Machine.Property("Result"));
    }
}

/// <summary>From a bare Debian to a running worker, by the image's own steps.</summary>
public abstract class ImageTests(CloudStack stack, ImageMachine machine)
{
    // PR_SET_SECCOMP's filters.
    private const string Filtered = "Seccomp:\t2";

    private readonly string _name = $"i{Guid.NewGuid():N}";

    private protected ImageMachine Machine => machine;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_a_bare_debian_to_a_worker_that_reads_inside_the_walls_of_its_unit()
    {
        Dictionary<string, string> environment = await PrepareAsync();
        string[] samples = ["born-digital.pdf", "scan.pdf", "photo.jpg", "fax.tiff", "encrypted.pdf"];
        await FillAsync(environment, samples);

        machine.Systemctl("enable", "--now", ImageMachine.Unit);
        await machine.UntilAsync(
            "StatusText",
            text => text.Contains("5 done, 1 to the dead", StringComparison.Ordinal)
        );

        foreach (string sample in samples[..^1])
        {
            Assert.NotNull(await stack.Search.GetAsync(_name, $"{_name}/{sample}"));
        }

        AssertShutIn();
        machine.Systemctl("stop", ImageMachine.Unit);
        Assert.Equal(("success", "0"), (machine.Property("Result"), machine.Property("NRestarts")));
    }

    private protected async Task<Dictionary<string, string>> PrepareAsync()
    {
        await stack.RequireAsync();
        await machine.RequireAsync();
        machine.Reset();
        await stack.S3.PutBucketAsync(_name, Stop);
        (string queue, _) = await stack.CreateQueuesAsync(_name, maxReceives: 5, Stop);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        stack.Describe(environment, queue, _name, _name);
        Assert.Equal(0, Run(environment, "index", "init").ExitCode);
        machine.Set(environment);
        machine.Override();
        return environment;
    }

    private async Task FillAsync(Dictionary<string, string> environment, string[] samples)
    {
        foreach (string sample in samples)
        {
            await stack.PutSampleAsync(_name, sample, sample, Stop);
        }

        ProgramRun sent = Run(environment, "enqueue", $"s3://{_name}/");
        Assert.True(sent.ExitCode == 0, sent.Error);
    }

    private void AssertShutIn()
    {
        string process = machine.Property("MainPID");
        string status = machine.Run("cat", $"/proc/{process}/status").Output;
        Assert.Contains(Filtered, status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
        Assert.Contains("CapBnd:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Equal("tmpfs", machine.Run("findmnt", "-no", "FSTYPE", "/mnt/tmpfs").Output.Trim());
        Assert.Contains("cis-worker-", machine.Run("ls", "/mnt/tmpfs").Output, StringComparison.Ordinal);
        // What a library of cis is not allowed to look at it says there, without a date.
        Assert.DoesNotContain("Error in cpuinfo", machine.Log(), StringComparison.Ordinal);
    }

    private static ProgramRun Run(Dictionary<string, string> environment, params string[] arguments) =>
        ProgramRun.Of(environment, Repository.PackedFile(), arguments);
}

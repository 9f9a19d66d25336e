namespace Cis.Aws.Tests.Support;

/// <summary>Folders that the tests find servers in.</summary>
internal static class Repository
{
    private static readonly Lazy<string> RootFolder = new(FindRoot);

    /// <summary>What <c>./build.sh test</c> fetched of tests/servers.</summary>
    public static string Emulators => Path.Combine(RootFolder.Value, "artifacts", "servers");

    /// <summary>The real servers, which not every machine has.</summary>
    public static string SharedServers =>
        Path.Combine(
            Environment.GetEnvironmentVariable("CIS_SHARED") ?? Path.Combine(RootFolder.Value, "..", "shared"),
            "servers"
        );

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cis.Aot.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("these tests run inside the repository only");
    }
}

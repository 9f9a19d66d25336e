using Cis.Payload;

namespace Cis.Tests.Payload;

public sealed class BuildFactsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-build-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_build_is_named_by_version_commit_and_date()
    {
        BuildFacts facts = Read("version=0.2.0-dev.226\ncommit=4d7f72c001-dirty\ndate=2026-11-26\n");

        Assert.Equal("0.2.0-dev.226 (commit 4d7f72c001-dirty, 2026-11-26)", facts.ToString());
        Assert.Equal("0.2.0-dev.226+4d7f72c001-dirty", facts.Id);
    }

    [Fact]
    public void A_build_from_a_tarball_says_that_its_commit_is_not_known()
    {
        BuildFacts facts = Read("version=0.2.0-dev\n");

        Assert.Equal("0.2.0-dev (commit unknown: built without git)", facts.ToString());
        Assert.Equal("0.2.0-dev", facts.Id);
    }

    private BuildFacts Read(string text)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "build"), text);
        using var payload = PayloadStore.OpenDirectory(_folder.FullName);
        return BuildFacts.Read(payload);
    }
}

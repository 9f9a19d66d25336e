using Cis.Output;

namespace Cis.Tests;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_appears_only_when_it_is_complete()
    {
        using var host = new TestHost();
        using var file = new AtomicFile(host.PathOf("a.txt"));
        file.Stream.Write("new"u8);

        Assert.False(File.Exists(host.PathOf("a.txt")));

        file.Commit();
        Assert.Equal(["a.txt"], host.Files());
        Assert.Equal("new", host.Read("a.txt"));
    }

    [Fact]
    public void A_file_given_up_leaves_nothing_and_the_old_one_stays()
    {
        using var host = new TestHost();
        File.WriteAllText(host.PathOf("a.txt"), "old");
        using (var file = new AtomicFile(host.PathOf("a.txt")))
        {
            file.Stream.Write("new"u8);
        }

        Assert.Equal(["a.txt"], host.Files());
        Assert.Equal("old", host.Read("a.txt"));
    }

    [Fact]
    public void Behind_a_link_the_file_it_leads_to_is_replaced()
    {
        using var host = new TestHost();
        File.WriteAllText(host.PathOf("real.txt"), "old");
        File.CreateSymbolicLink(host.PathOf("link.txt"), "real.txt");
        using (var file = new AtomicFile(host.PathOf("link.txt")))
        {
            file.Stream.Write("new"u8);
            file.Commit();
        }

        Assert.Equal("new", host.Read("real.txt"));
        Assert.Equal("real.txt", new FileInfo(host.PathOf("link.txt")).LinkTarget);
    }

    [Fact]
    public void In_the_memory_of_dev_shm_a_file_is_a_file()
    {
        DirectoryInfo folder = Directory.CreateDirectory($"/dev/shm/cis-test-{Guid.NewGuid():N}");
        try
        {
            string path = Path.Combine(folder.FullName, "a.txt");
            File.WriteAllText(path, "an older and longer one");
            using (var file = new AtomicFile(path))
            {
                file.Stream.Write("new"u8);
                file.Commit();
            }

            Assert.Equal("new", File.ReadAllText(path));
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_name_may_be_as_long_as_names_can_be()
    {
        using var host = new TestHost();
        string name = new('n', 255);
        using (var file = new AtomicFile(host.PathOf(name)))
        {
            file.Commit();
        }

        Assert.Equal([name], host.Files());
    }

    [Fact]
    public void What_a_full_disk_does_not_take_can_be_given_up()
    {
        var file = new AtomicFile("/dev/full");
        file.Stream.Write("too much"u8);

        Exception? failure = Record.Exception(file.Dispose);

        Assert.Null(failure);
    }

    [Fact]
    public void A_device_is_written_in_place()
    {
        using var file = new AtomicFile("/dev/null");
        file.Stream.Write("gone"u8);

        file.Commit();

        Assert.True(File.Exists("/dev/null"));
    }
}

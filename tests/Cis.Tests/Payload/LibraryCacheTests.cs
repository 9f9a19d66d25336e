using System.Diagnostics;
using Cis.Payload;
using Microsoft.Win32.SafeHandles;

namespace Cis.Tests.Payload;

public sealed class LibraryCacheTests : IDisposable
{
    private readonly PackedSample _sample = new();
    private readonly PayloadStore _payload;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-cache-");

    public LibraryCacheTests() => _payload = PayloadStore.OpenFile(_sample.FilePath);

    private string CachePath => Path.Combine(_folder.FullName, "cache");

    private PayloadEntry One => _payload.Find("lib/libone.so");

    public void Dispose()
    {
        _payload.Dispose();
        _sample.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Baked_libraries_and_only_they_are_served_from_the_cache()
    {
        IReadOnlyList<string> baked = LibraryCache.Bake(_payload, CachePath);

        using SafeFileHandle? file = LibraryCache.Open(CachePath).TryOpenLibrary(One);

        Assert.Equal(["libone.so", "libtwo.so"], baked.Select(path => Path.GetFileName(path)));
        Assert.NotNull(file);
        Assert.Equal(4096, RandomAccess.GetLength(file));
    }

    [Fact]
    public void Baking_again_keeps_what_is_there()
    {
        IReadOnlyList<string> first = LibraryCache.Bake(_payload, CachePath);
        DateTime[] written = first.Select(File.GetLastWriteTimeUtc).ToArray();

        Assert.Equal(first, LibraryCache.Bake(_payload, CachePath));
        Assert.Equal(written, first.Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void A_library_of_another_version_is_not_found_rather_than_mistaken()
    {
        LibraryCache.Bake(_payload, CachePath);

        using SafeFileHandle? file = LibraryCache.Open(CachePath).TryOpenLibrary(One with { Hash = One.Hash + 1 });

        Assert.Null(file);
    }

    [Fact]
    public void An_altered_library_is_refused()
    {
        string path = LibraryCache.Bake(_payload, CachePath)[0];
        byte[] bytes = File.ReadAllBytes(path);
        bytes[100] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);

        AssertRefused(path, "does not match its hash");
    }

    [Fact]
    public void A_library_cut_to_nothing_is_refused()
    {
        string path = LibraryCache.Bake(_payload, CachePath)[0];
        File.Delete(path);
        File.WriteAllBytes(path, []);

        AssertRefused(path, "does not match its hash");
    }

    [Fact]
    public void A_link_in_the_place_of_a_library_is_refused()
    {
        string path = LibraryCache.Bake(_payload, CachePath)[0];
        File.Move(path, path + ".moved");
        File.CreateSymbolicLink(path, path + ".moved");

        AssertRefused(path, "");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void What_others_may_write_to_is_refused(UnixFileMode writable)
    {
        string library = LibraryCache.Bake(_payload, CachePath)[0];
        foreach (string? path in new[] { library, Path.GetDirectoryName(library)!, CachePath })
        {
            UnixFileMode mode = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, mode | writable);

            AssertRefused(path, "may be written by others");
            File.SetUnixFileMode(path, mode);
        }
    }

    [Fact]
    public void What_belongs_to_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can give a file to another user.");
        string library = LibraryCache.Bake(_payload, CachePath)[0];
        foreach (string? path in new[] { library, CachePath })
        {
            Run("chown", "65534", path);
            AssertRefused(path, "belongs to user 65534");
            Run("chown", "0", path);
        }
    }

    [Fact]
    public void A_cache_that_was_never_baked_says_how_to()
    {
        PayloadException error = Assert.Throws<PayloadException>(() => LibraryCache.Open(CachePath));

        Assert.Contains("cis bake", error.Message, StringComparison.Ordinal);
    }

    private void AssertRefused(string path, string why)
    {
        PayloadException error = Assert.Throws<PayloadException>(() =>
        {
            using SafeFileHandle? file = LibraryCache.Open(CachePath).TryOpenLibrary(One);
        });
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

using System.Security.Cryptography;
using System.Text;
using Amazon.S3.Model;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Storing;

public sealed class FauxqsStoreTests(FauxqsServer server) : StoreTests(server), IClassFixture<FauxqsServer>;

public sealed class VersityStoreTests(VersityServer server) : StoreTests(server), IClassFixture<VersityServer>
{
    [Fact]
    public async Task A_version_is_read_though_a_newer_one_is_there()
    {
        string bucket = await CreateBucketAsync();
        await Server.S3.PutBucketVersioningAsync(
            new()
            {
                BucketName = bucket,
                VersioningConfig = new() { Status = Amazon.S3.VersionStatus.Enabled },
            },
            Stop
        );
        string old = (await PutAsync(bucket, "a.pdf", "old"u8.ToArray())).VersionId;
        await PutAsync(bucket, "a.pdf", "newer"u8.ToArray());

        (ObjectFacts facts, byte[] bytes) = await FetchAsync(new(bucket, "a.pdf", old));

        Assert.Equal("old"u8.ToArray(), bytes);
        Assert.Equal(old, facts.VersionId);
    }

    [Fact]
    public async Task A_key_that_may_not_be_read_is_an_object_that_may_not_be_read()
    {
        string bucket = await CreateBucketAsync();
        await PutAsync(bucket, "a.pdf", "secret"u8.ToArray());
        using AwsClients plain = SignIn("PLAIN", "PLAINSECRET");

        ReadException refused = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(new(bucket, "a.pdf"), plain));

        Assert.Equal(Outcome.AccessDenied, refused.Outcome);
    }

    [Fact]
    public async Task Wrong_credentials_are_nothing_against_the_object()
    {
        string bucket = await CreateBucketAsync();
        await PutAsync(bucket, "a.pdf", "secret"u8.ToArray());
        using AwsClients wrong = SignIn("ACCESS", "WRONG");

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() =>
            FetchAsync(new(bucket, "a.pdf"), wrong)
        );

        Assert.False(fault.IsWorthRetrying);
        Assert.Contains("SignatureDoesNotMatch", fault.Message, StringComparison.Ordinal);
    }

    private AwsClients SignIn(string key, string secret) =>
        new(Server.Clients.Options) { Credentials = new global::Amazon.Runtime.BasicAWSCredentials(key, secret) };
}

public abstract class StoreTests(CloudServer server) : IDisposable
{
    // Parts of 64 KiB instead of 10 MiB: the same way, in less time.
    private static readonly DownloadOptions SmallParts = new() { PartThreshold = 256 << 10, PartSize = 64 << 10 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-store-");

    protected CloudServer Server { get; } = server;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("plain.pdf")]
    [InlineData("a folder/with spaces + plus.pdf")]
    [InlineData("100%/percent%20sign.pdf")]
    [InlineData("日本語/請求書 2024年.pdf")]
    [InlineData("emoji 😀.pdf")]
    [InlineData("nfd/か\u3099.pdf")]
    [InlineData("quotes'\"&<>;:@=,$!*()[]{}|^~`#?.pdf")]
    public async Task Keys_are_as_people_have_them(string key)
    {
        string bucket = await CreateBucketAsync();
        byte[] content = Encoding.UTF8.GetBytes(key);
        await PutAsync(bucket, key, content);

        (_, byte[] bytes) = await FetchAsync(new(bucket, key));

        Assert.Equal(content, bytes);
    }

    [Fact]
    public async Task A_key_may_have_1024_bytes()
    {
        string bucket = await CreateBucketAsync();
        string key = string.Join('/', Enumerable.Repeat(new string('k', 204), 5));
        Assert.Equal(1024, key.Length);
        await PutAsync(bucket, key, [1]);

        (_, byte[] bytes) = await FetchAsync(new(bucket, key));

        Assert.Equal([1], bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 << 10)]
    [InlineData((256 << 10) + 1)]
    [InlineData(1_000_003)]
    public async Task Objects_of_any_size_come_whole(int length)
    {
        string bucket = await CreateBucketAsync();
        byte[] content = RandomNumberGenerator.GetBytes(length);
        PutObjectResponse put = await PutAsync(bucket, "x", content);
        long reserved = -1;

        (ObjectFacts facts, byte[] bytes) = await FetchAsync(
            new(bucket, "x"),
            reserve: (bytes, _) =>
            {
                reserved = bytes;
                return ValueTask.CompletedTask;
            }
        );

        Assert.True(content.AsSpan().SequenceEqual(bytes));
        Assert.Equal(length, facts.Length);
        Assert.Equal(length, reserved);
        Assert.Equal(put.ETag.Trim('"'), facts.ETag);
        Assert.NotNull(facts.LastModified);
    }

    [Fact]
    public async Task No_byte_is_written_before_there_is_room()
    {
        string bucket = await CreateBucketAsync();
        await PutAsync(bucket, "x", [1, 2, 3]);
        var room = new TaskCompletionSource();
        Task<(ObjectFacts, byte[] Bytes)> fetch = FetchAsync(new(bucket, "x"), reserve: (_, _) => new(room.Task));

        Assert.Empty(_folder.GetFiles());
        room.SetResult();

        Assert.Equal([1, 2, 3], (await fetch).Bytes);
    }

    [Fact]
    public async Task An_object_that_is_overwritten_while_it_waits_is_read_as_it_is_now()
    {
        string bucket = await CreateBucketAsync();
        await PutAsync(bucket, "x", [1, 2, 3]);

        // One thing at a time: there is room only after the store has seen that it must wait, however fast the server.
        TaskScheduler inTurn = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        (_, byte[] bytes) = await Task
            .Factory.StartNew(
                () => FetchAsync(new(bucket, "x"), reserve: async (_, _) => await PutAsync(bucket, "x", [4, 5])),
                Stop,
                TaskCreationOptions.None,
                inTurn
            )
            .Unwrap();

        Assert.Equal([4, 5], bytes);
    }

    [Fact]
    public async Task A_missing_key_and_a_missing_bucket_are_missing_objects()
    {
        string bucket = await CreateBucketAsync();

        ReadException key = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(new(bucket, "nothing")));
        ReadException all = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(new("no-such-bucket", "x")));

        Assert.Equal(Outcome.ObjectMissing, key.Outcome);
        Assert.Equal(Outcome.ObjectMissing, all.Outcome);
        Assert.Contains($"{bucket}/nothing", key.Message, StringComparison.Ordinal);
    }

    protected async Task<string> CreateBucketAsync()
    {
        Server.Require();
        string bucket = $"b{Guid.NewGuid():N}";
        await Server.S3.PutBucketAsync(bucket, Stop);
        return bucket;
    }

    protected Task<PutObjectResponse> PutAsync(string bucket, string key, byte[] content) =>
        Server.S3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                InputStream = new MemoryStream(content),
            },
            Stop
        );

    protected async Task<(ObjectFacts Facts, byte[] Bytes)> FetchAsync(
        ObjectReference reference,
        AwsClients? clients = null,
        Func<long, CancellationToken, ValueTask>? reserve = null
    )
    {
        string target = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        var store = new S3ObjectStore(clients ?? Server.Clients, SmallParts);
        ObjectFacts facts = await store.FetchAsync(
            reference,
            target,
            reserve ?? ((_, _) => ValueTask.CompletedTask),
            Stop
        );
        return (facts, await File.ReadAllBytesAsync(target, Stop));
    }
}

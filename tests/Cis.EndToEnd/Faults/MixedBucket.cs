using Amazon.S3;
using Amazon.S3.Model;

namespace Cis.EndToEnd.Faults;

/// <summary>A bucket with mixed files, which no scenario changes, and a notice for each of them.</summary>
internal sealed record MixedBucket(string Name, IReadOnlyList<Notice> Notices)
{
    /// <summary>Makes one.</summary>
    internal static async Task<MixedBucket> CreateAsync(IAmazonS3 s3, int files)
    {
        string bucket = await CreateEmptyAsync(s3);
        IReadOnlyList<FaultFile> mixed = MixedFiles.Make(files - 2);
        await PutAsync(s3, bucket, mixed);
        Notice[] bad = [Notice.Bad("no JSON at all"), Notice.Bad("""{"fileId":"file-0"}""")];
        return new MixedBucket(bucket, [.. Notice.InAllForms(bucket, mixed), .. bad]);
    }

    /// <summary>Makes a bucket.</summary>
    internal static async Task<string> CreateEmptyAsync(IAmazonS3 s3)
    {
        string bucket = $"b{Guid.NewGuid():N}";
        await s3.PutBucketAsync(bucket, TestContext.Current.CancellationToken);
        return bucket;
    }

    /// <summary>Puts objects into a bucket; those without content are left out.</summary>
    internal static Task PutAsync(IAmazonS3 s3, string bucket, IReadOnlyList<FaultFile> files) =>
        Parallel.ForEachAsync(
            files.Where(file => file.Content is not null),
            TestContext.Current.CancellationToken,
            async (file, token) =>
            {
                using var content = new MemoryStream(file.Content!);
                var request = new PutObjectRequest
                {
                    BucketName = bucket,
                    Key = file.Key,
                    InputStream = content,
                };
                await s3.PutObjectAsync(request, token);
            }
        );
}

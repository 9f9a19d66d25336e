using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Cis.Aws.Storing;

namespace Cis.Aws.Tests.Storing;

/// <summary>What stands on the wire for the keys that clients like to tidy up.</summary>
public sealed class KeyPathTests
{
    [Theory]
    [InlineData("/lead.pdf", true, "/bucket//lead.pdf")]
    [InlineData("//two/lead.pdf", true, "/bucket///two/lead.pdf")]
    [InlineData("/", true, "/bucket//")]
    [InlineData("plain.pdf", true, "/bucket/plain.pdf")]
    [InlineData("a//b/./../c.pdf", true, "/bucket/a//b/./../c.pdf")]
    [InlineData("/lead.pdf", false, "http://bucket.s3.test//lead.pdf")]
    [InlineData("plain.pdf", false, "http://bucket.s3.test/plain.pdf")]
    public async Task A_key_is_asked_for_as_it_is_in_both_address_styles(string key, bool isPathStyle, string path)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var config = new AmazonS3Config
        {
            ServiceURL = isPathStyle ? $"http://127.0.0.1:{port}" : "http://s3.test",
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = isPathStyle,
            MaxErrorRetry = 0,
        };
        if (!isPathStyle)
        {
            (config.ProxyHost, config.ProxyPort) = ("127.0.0.1", port);
        }

        using var client = new ExactKeyS3Client(new BasicAWSCredentials("ACCESS", "SECRET"), config);
        Task<GetObjectResponse> asked = client.GetObjectAsync(
            new GetObjectRequest { BucketName = "bucket", Key = key },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(path, await AnswerAsync(listener));
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => asked);
    }

    /// <summary>Answers one request, and says which path it was for.</summary>
    private static async Task<string> AnswerAsync(TcpListener listener)
    {
        using Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        byte[] buffer = new byte[16 << 10];
        int count = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        return Encoding.ASCII.GetString(buffer, 0, count).Split(' ')[1];
    }
}

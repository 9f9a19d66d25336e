using System.Text;
using Amazon.Runtime;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Indexing;

public sealed class OpenSearchTlsTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly StubOpenSearch _server = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_the_own_authority_vouches_for_is_spoken_to_with_the_password()
    {
        await using var front = new TlsFront(_authority.Certify("127.0.0.1"), _server.Url);
        OpenSearchOptions options = To(front) with { User = "indexer", Password = "pä:ss" };

        await WriteAsync(options);

        SeenRequest request = Assert.Single(_server.Requests);
        string pair = Convert.ToBase64String(Encoding.UTF8.GetBytes("indexer:pä:ss"));
        Assert.Equal($"Basic {pair}", request.Headers["Authorization"]);
    }

    [Fact]
    public async Task Requests_are_signed_where_that_is_asked_for_also_on_this_machine()
    {
        await using var front = new TlsFront(_authority.Certify("127.0.0.1"), _server.Url);
        OpenSearchOptions options = To(front) with
        {
            Authentication = OpenSearchAuthentication.Signature,
            SigningService = "aoss",
            Region = "eu-west-1",
        };

        await WriteAsync(options);

        SeenRequest request = Assert.Single(_server.Requests);
        Assert.Matches(
            "^AWS4-HMAC-SHA256 Credential=AKID/[0-9]{8}/eu-west-1/aoss/aws4_request,",
            request.Headers["Authorization"]
        );
    }

    [Fact]
    public async Task Nothing_is_proven_where_that_is_asked_for()
    {
        await using var front = new TlsFront(_authority.Certify("127.0.0.1"), _server.Url);

        await WriteAsync(To(front) with { User = "u", Authentication = OpenSearchAuthentication.None });

        Assert.DoesNotContain("Authorization", Assert.Single(_server.Requests).Headers.Keys);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_of_another_authority()
    {
        using var other = new TestAuthority();
        await using var front = new TlsFront(other.Certify("127.0.0.1"), _server.Url);

        await Assert.ThrowsAsync<TransientException>(() => WriteAsync(To(front)));
        await Assert.ThrowsAsync<TransientException>(() =>
            WriteAsync(To(front) with { CertificateAuthorityFile = null })
        );

        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_of_another_name_and_the_reason_is_told()
    {
        await using var front = new TlsFront(_authority.Certify("search.example.com"), _server.Url);

        TransientException refusal = await Assert.ThrowsAsync<TransientException>(() => WriteAsync(To(front)));

        Assert.Contains("RemoteCertificateNameMismatch", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("missing.pem", null)]
    [InlineData("empty.pem", "")]
    [InlineData("text.pem", "no certificate")]
    [InlineData("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_file_without_certificates_is_refused_by_name(string name, string? content)
    {
        string file = Path.Combine(Path.GetDirectoryName(_authority.File)!, name);
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        FormatException refusal = Assert.Throws<FormatException>(() =>
            new OpenSearchClient(new() { Endpoint = "https://search.example.com", CertificateAuthorityFile = file })
        );

        Assert.StartsWith($"opensearch-ca-file {file} ", refusal.Message, StringComparison.Ordinal);
    }

    private OpenSearchOptions To(TlsFront front) =>
        new() { Endpoint = $"https://127.0.0.1:{front.Port}", CertificateAuthorityFile = _authority.File };

    private static async Task WriteAsync(OpenSearchOptions options)
    {
        using var client = new OpenSearchClient(
            options,
            new BasicAWSCredentials("AKID", "SECRET"),
            TimeProvider.System
        );
        await client.SendAsync(HttpMethod.Get, "", body: default, "application/json", Stop);
    }
}

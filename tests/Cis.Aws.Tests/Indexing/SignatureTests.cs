using Amazon.Runtime;
using Cis.Aws.Indexing;

namespace Cis.Aws.Tests.Indexing;

/// <summary>Against the vectors of AWS's own test suite for Signature Version 4.</summary>
public sealed class SignatureTests
{
    private static readonly DateTimeOffset SigningTime = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    private static readonly ImmutableCredentials Key = new(
        "AKIDEXAMPLE",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        token: null
    );

    [Theory]
    // get-vanilla
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    // get-vanilla-query-order-key-case
    [InlineData(
        "GET",
        "/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
    )]
    // post-vanilla
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    public async Task Requests_are_signed_as_AWS_does(string method, string path, string signature)
    {
        using var request = new HttpRequestMessage(new(method), "https://example.amazonaws.com" + path);

        await Signer("service", Key).SignAsync(request, body: default, SigningTime);

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + $"SignedHeaders=host;x-amz-date, Signature={signature}",
            request.Headers.GetValues("Authorization").Single()
        );
        Assert.Equal("20150830T123600Z", request.Headers.GetValues("x-amz-date").Single());
    }

    [Fact]
    public async Task Temporary_credentials_bring_their_token_and_serverless_collections_get_the_body_s_hash()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://id.us-east-1.aoss.amazonaws.com/i/_bulk");

        await Signer("aoss", new ImmutableCredentials("AKID", "SECRET", "TOKEN"))
            .SignAsync(request, "body"u8.ToArray(), SigningTime);

        Assert.Equal("TOKEN", request.Headers.GetValues("x-amz-security-token").Single());
        Assert.Equal(
            "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5",
            request.Headers.GetValues("x-amz-content-sha256").Single()
        );
        Assert.Contains(
            "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,",
            request.Headers.GetValues("Authorization").Single(),
            StringComparison.Ordinal
        );
    }

    private static RequestSigner Signer(string service, ImmutableCredentials key) =>
        new("us-east-1", service, () => Task.FromResult(key));
}

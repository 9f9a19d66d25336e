using System.Net;
using Amazon.Runtime;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests;

/// <summary>With the messages of the SDK, as the packed executable was seen to give them.</summary>
public sealed class CredentialFaultTests
{
    [Theory]
    [InlineData(
        "Failed to resolve AWS credentials. The credential providers used to search returned the following errors: ...",
        "no AWS credentials were found"
    )]
    [InlineData("No valid SSO Token could be found.", "run aws sso login")]
    [InlineData("Unable to find the \"nope\" profile.", "Unable to find the \"nope\" profile. See AWS_PROFILE.")]
    public void What_the_chain_lacks_is_said_in_a_sentence_and_not_tried_again(string message, string sentence)
    {
        TransientException fault = AwsFault.Transient(
            Dependency.Store,
            "listing s3://b",
            new AmazonClientException(message)
        );

        Assert.StartsWith("listing s3://b: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsWorthRetrying);
    }

    [Fact]
    public void What_a_service_answers_is_told_as_it_is()
    {
        var answer = new AmazonServiceException("Failed to resolve AWS credentials")
        {
            ErrorCode = "SlowDown",
            StatusCode = HttpStatusCode.ServiceUnavailable,
        };

        TransientException fault = AwsFault.Transient(Dependency.Store, "listing", answer);

        Assert.Contains("SlowDown (503)", fault.Message, StringComparison.Ordinal);
        Assert.True(fault.IsWorthRetrying);
    }
}

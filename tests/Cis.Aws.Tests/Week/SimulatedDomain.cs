using System.Globalization;
using System.Net;
using System.Text;

namespace Cis.Aws.Tests.Week;

/// <summary>A domain of OpenSearch, which looks at who has signed a request and when, by the true time.</summary>
internal sealed class SimulatedDomain(SteppedTime time, Keyring keys) : HttpMessageHandler
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    internal int Served { get; private set; }

    internal int Refused { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        string? why = WhyNot(request);
        Served += why is null ? 1 : 0;
        Refused += why is null ? 0 : 1;
        var answer = new HttpResponseMessage(why is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"message":"{{why}}"}""")),
        };
        answer.Headers.Date = time.True;
        return Task.FromResult(answer);
    }

    private string? WhyNot(HttpRequestMessage request)
    {
        string signature = request.Headers.GetValues("Authorization").Single();
        string id = signature.Split("Credential=")[1].Split('/')[0];
        var date = DateTimeOffset.ParseExact(
            request.Headers.GetValues("x-amz-date").Single(),
            "yyyyMMdd'T'HHmmss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );
        return (time.True - date).Duration() > Tolerance ? "Signature expired or not yet current"
            : keys.IsGood(id) ? null
            : "The security token included in the request is expired";
    }
}

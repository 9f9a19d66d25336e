using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Week;
using Cis.Worker.Tests.Simulation;

namespace Cis.Aws.Tests;

/// <summary>One fault of an instance's metadata service at a time, or one step of its clock.</summary>
public sealed class InstanceFaultTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SimulatedTime _machine = new();
    private readonly SteppedTime _time;
    private readonly Keyring _keys;
    private readonly SimulatedMetadata _metadata;
    private readonly SimulatedDomain _domain;
    private readonly MetadataService _service;
    private readonly InstanceCredentials _credentials;

    public InstanceFaultTests()
    {
        _time = new SteppedTime(_machine);
        _keys = new Keyring(_time);
        _metadata = new SimulatedMetadata(_time, _keys);
        _domain = new SimulatedDomain(_time, _keys);
        _service = new MetadataService(new Uri("http://169.254.169.254"), _time, _metadata);
        _credentials = new InstanceCredentials(_service, _time);
    }

    public static TheoryData<string> Faults => [.. Enum.GetNames<MetadataFault>().Where(name => name != "None")];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_notice_that_follows_a_fault_is_seen_at_the_next_look(string fault)
    {
        TimeSpan seen = TimeSpan.MaxValue;
        TimeSpan over = Hour + Second;
        _machine.After(
            TimeSpan.FromMinutes(1),
            () => _metadata.Fault = MetadataFault.ForgetsTokens // whatever comes then, there is no token
        );
        _machine.After(TimeSpan.FromMinutes(2), () => _metadata.Fault = Enum.Parse<MetadataFault>(fault));
        _machine.After(over, () => (_metadata.Fault, _metadata.HasNotice) = (MetadataFault.None, true));

        using var notices = new InterruptionWatch(_service, _time);
        Run(async () =>
        {
            await notices.WaitAsync(CancellationToken.None);
            seen = _machine.Now;
        });

        Assert.InRange(seen, over, over + TimeSpan.FromSeconds(5));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Keys_that_are_there_are_used_on_and_the_service_is_not_asked_more_often(string fault)
    {
        List<string> used = UseKeys(Second);
        _machine.After(TimeSpan.FromMinutes(1), () => _metadata.Fault = Enum.Parse<MetadataFault>(fault));
        _machine.After(TimeSpan.FromMinutes(50), () => _metadata.Fault = MetadataFault.None);

        Run();

        Assert.Equal(2 * 3600, used.Count);
        Assert.All(used, id => Assert.StartsWith("good ", id, StringComparison.Ordinal));
        // 49 minutes with a question a minute, of at most six requests, and seventy with one in two, of two.
        Assert.InRange(_metadata.Requests, 60, 420);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public void Where_the_clock_is_a_day_off_keys_are_renewed_as_ever_and_not_with_each_request(int hours)
    {
        List<string> used = UseKeys(Second);
        _machine.After(TimeSpan.FromMinutes(1), () => _time.Off = TimeSpan.FromHours(hours));

        Run();

        Assert.All(used, id => Assert.StartsWith("good ", id, StringComparison.Ordinal));
        Assert.InRange(_metadata.Requests, 120, 130);
    }

    [Fact]
    public void Where_there_never_were_keys_the_reason_is_told_and_they_are_found_when_they_come()
    {
        var said = new List<string>();
        _metadata.Fault = MetadataFault.NoKeys;
        _machine.After(TimeSpan.FromMinutes(30), () => _metadata.Fault = MetadataFault.None);

        List<string> used = UseKeys(Second, e => said.Add(AwsFault.Describe(e)));
        Run();

        Assert.Contains(said, text => text.Contains("worker: AssumeRoleUnauthorizedAccess", StringComparison.Ordinal));
        Assert.InRange(said.Count, 1800, 1860);
        Assert.InRange(_metadata.Requests, 60, 250);
        Assert.NotEmpty(used);
    }

    [Fact]
    public void OpenSearch_is_written_to_on_with_a_clock_that_is_off_and_after_a_session_is_revoked()
    {
        using OpenSearchClient search = Search();
        var answers = new List<OpenSearchAnswer>();
        _machine.After(TimeSpan.FromMinutes(10), () => _time.Off = TimeSpan.FromDays(-1));
        _machine.After(TimeSpan.FromMinutes(20), () => _time.Off = TimeSpan.FromDays(1));
        _machine.After(TimeSpan.FromMinutes(30), () => _time.Off = TimeSpan.Zero);
        _machine.After(TimeSpan.FromMinutes(40), _keys.Revoke);

        Run(async () =>
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMinutes(1.1), _time);
                answers.Add(await search.SendAsync(HttpMethod.Get, "", default, "", CancellationToken.None));
            }
        });

        Assert.All(answers, answer => Assert.True(answer.IsSuccess, answer.Excerpt));
        Assert.InRange(_domain.Refused, 3, 4);
    }

    public void Dispose()
    {
        _credentials.Dispose();
        _service.Dispose();
        _domain.Dispose();
        _metadata.Dispose();
    }

    private void Run(Func<Task>? start = null) => _machine.Run(() => _ = start?.Invoke(), () => false, 2 * Hour);

    private OpenSearchClient Search() =>
        new(
            new OpenSearchOptions
            {
                Endpoint = "https://search-cis.us-east-1.es.amazonaws.com",
                Authentication = OpenSearchAuthentication.Signature,
            },
            _credentials,
            _time,
            _domain
        );

    private List<string> UseKeys(TimeSpan every, Action<Exception>? failed = null)
    {
        var used = new List<string>();
        async Task UseAsync()
        {
            while (true)
            {
                try
                {
                    string id = (await _credentials.GetCredentialsAsync()).AccessKey;
                    used.Add(_keys.IsGood(id) ? $"good {id}" : $"expired {id} at {_machine.Now}");
                }
                catch (AmazonClientException e) when (failed is not null)
                {
                    failed(e);
                }

                await Task.Delay(every, _time);
            }
        }

        _machine.After(TimeSpan.Zero, () => _ = UseAsync());
        return used;
    }
}

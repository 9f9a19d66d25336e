using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Aws.Indexing;

namespace Cis.Aws.Tests.Week;

/// <summary>
/// Seven days of an instance: keys that are renewed, requests that are signed with them, looks for notices; and faults of the
/// metadata service, revoked sessions, clocks that are set and machines that sleep, all from one seed.
/// </summary>
internal sealed class SimulatedWeek : MachineWeek
{
    private static readonly TimeSpan RequestEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BulkEvery = TimeSpan.FromMinutes(1);

    // InstanceCredentials asks every two minutes, and after questions in vain within one more.
    private static readonly TimeSpan RenewedWithin = TimeSpan.FromMinutes(3) + RequestEvery;

    private readonly Keyring _keys;
    private readonly SimulatedMetadata _metadata;
    private readonly SimulatedMetadata _notices;
    private readonly SimulatedDomain _domain;
    private readonly InstanceCredentials _credentials;
    private readonly OpenSearchClient _search;
    private DateTimeOffset _wellSince;
    private DateTimeOffset _changedAt;
    private bool _hasSlept;

    internal SimulatedWeek(int seed)
        : base(seed)
    {
        _keys = new Keyring(Time);
        _metadata = new SimulatedMetadata(Time, _keys);
        _notices = new SimulatedMetadata(Time, _keys);
        _domain = new SimulatedDomain(Time, _keys);
        _credentials = new InstanceCredentials(Service(_metadata), Time);
        var options = new OpenSearchOptions
        {
            Endpoint = "https://search-cis.us-east-1.es.amazonaws.com",
            Authentication = OpenSearchAuthentication.Signature,
        };
        _search = new OpenSearchClient(options, _credentials, Time, _domain);
    }

    internal int Signed { get; private set; }

    internal int Notices { get; private set; }

    internal int NoticesSeen { get; private set; }

    internal int Faults { get; private set; }

    internal int Served => _domain.Served;

    internal int Refused => _domain.Refused;

    protected override int Questions => _metadata.Requests;

    protected override string Fault => $"{_metadata.Fault}";

    protected override IEnumerable<Task> Begin()
    {
        _wellSince = _changedAt = Time.True;
        return [SignAsync(), WriteAsync(), WatchAsync(), FailAsync(), RevokeAsync(), NotifyAsync()];
    }

    protected override void Woke() => _hasSlept = true;

    public override void Dispose()
    {
        _search.Dispose();
        _credentials.Dispose();
        _domain.Dispose();
        _metadata.Dispose();
        _notices.Dispose();
    }

    private MetadataService Service(SimulatedMetadata metadata) =>
        new(new Uri("http://169.254.169.254"), Time, metadata);

    // ---- what is under test --------------------------------------------------------------------------------------------

    // As S3 and SQS are called: what they refuse as expired is renewed.
    private async Task SignAsync()
    {
        while (true)
        {
            try
            {
                string id = (await _credentials.GetCredentialsAsync()).AccessKey;
                Signed++;
                Judge(id);
                if (!_keys.IsGood(id))
                {
                    ChainCredentials.Renew(_credentials);
                }
            }
            catch (AmazonClientException e)
            {
                // There were never any.
                Complain(Signed > 0, e.Message);
            }

            _hasSlept = false;
            await Pause(RequestEvery);
        }
    }

    private void Judge(string id)
    {
        bool couldBeFresh =
            _metadata.Fault == MetadataFault.None
            && (_hasSlept || Time.True - Max(_wellSince, _changedAt) > RenewedWithin);
        Complain(couldBeFresh && !_keys.IsGood(id), $"signed with {id}, which has expired");
    }

    private async Task WriteAsync()
    {
        await Pause(BulkEvery);
        while (true)
        {
            OpenSearchAnswer answer = await _search.SendAsync(HttpMethod.Get, "", default, "", CancellationToken.None);
            bool shouldServe =
                _metadata.Fault == MetadataFault.None && Time.True - Max(_wellSince, _changedAt) > RenewedWithin;
            Complain(shouldServe && !answer.IsSuccess, $"OpenSearch says {answer.Excerpt}");
            await Pause(BulkEvery);
        }
    }

    private async Task WatchAsync()
    {
        using var notices = new InterruptionWatch(Service(_notices), Time);
        while (true)
        {
            await notices.WaitAsync(CancellationToken.None);
            Complain(!_notices.HasNotice, "a notice that nobody gave");
            NoticesSeen++;
            _notices.HasNotice = false;
        }
    }

    // ---- what happens to it --------------------------------------------------------------------------------------------

    private async Task FailAsync()
    {
        MetadataFault[] faults = Enum.GetValues<MetadataFault>();
        while (true)
        {
            await Pause(Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(3)));
            MetadataFault fault = faults[Random.Next(1, faults.Length)];
            (_metadata.Fault, _notices.Fault) = (fault, fault);
            Faults++;
            await Pause(Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(Random.Next(4) == 0 ? 90 : 10)));
            (_metadata.Fault, _notices.Fault) = (MetadataFault.None, MetadataFault.None);
            _wellSince = Time.True;
        }
    }

    private async Task RevokeAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(4), TimeSpan.FromHours(16)));
            _keys.Revoke();
            _changedAt = Time.True;
        }
    }

    // A notice stays for two minutes; whoever looks every five seconds sees it, and after a fault at the next look.
    private async Task NotifyAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)));
            _notices.HasNotice = true;
            Notices++;
            TimeSpan well = TimeSpan.Zero;
            for (TimeSpan age = default; age < TimeSpan.FromMinutes(2) && _notices.HasNotice; age += Second)
            {
                await Pause(Second);
                well = _notices.Fault is MetadataFault.None ? well + Second : TimeSpan.Zero;
                Complain(well > TimeSpan.FromSeconds(6) && _notices.HasNotice, "a notice is not seen");
            }

            _notices.HasNotice = false;
        }
    }

    private static TimeSpan Second => TimeSpan.FromSeconds(1);

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

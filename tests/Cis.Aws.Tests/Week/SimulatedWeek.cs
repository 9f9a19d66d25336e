using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Aws.Indexing;
using Cis.Worker.Tests.Simulation;

namespace Cis.Aws.Tests.Week;

/// <summary>
/// Seven days of an instance: keys that are renewed, requests that are signed with them, looks for notices; and faults of the
/// metadata service, revoked sessions, clocks that are set and machines that sleep, all from one seed.
/// </summary>
internal sealed class SimulatedWeek : IDisposable
{
    internal static readonly TimeSpan Length = TimeSpan.FromDays(7);

    private static readonly TimeSpan RequestEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BulkEvery = TimeSpan.FromMinutes(1);

    // InstanceCredentials asks every two minutes, and after questions in vain within one more.
    private static readonly TimeSpan RenewedWithin = TimeSpan.FromMinutes(3) + RequestEvery;

    private readonly SimulatedTime _machine = new();
    private readonly SteppedTime _time;
    private readonly Random _random;
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
    {
        _random = new Random(seed);
        _time = new SteppedTime(_machine);
        _keys = new Keyring(_time);
        _metadata = new SimulatedMetadata(_time, _keys);
        _notices = new SimulatedMetadata(_time, _keys);
        _domain = new SimulatedDomain(_time, _keys);
        _credentials = new InstanceCredentials(Service(_metadata), _time);
        var options = new OpenSearchOptions
        {
            Endpoint = "https://search-cis.us-east-1.es.amazonaws.com",
            Authentication = OpenSearchAuthentication.Signature,
        };
        _search = new OpenSearchClient(options, _credentials, _time, _domain);
    }

    /// <summary>What went against what is promised.</summary>
    internal List<string> Complaints { get; } = [];

    /// <summary>What has ended that was to go on.</summary>
    internal List<Task> Loops { get; } = [];

    /// <summary>Requests to the metadata service for keys, of each hour of the machine's.</summary>
    internal List<int> QuestionsByHour { get; } = [];

    internal int Signed { get; private set; }

    internal int Notices { get; private set; }

    internal int NoticesSeen { get; private set; }

    internal int Faults { get; private set; }

    internal int Steps { get; private set; }

    internal int Sleeps { get; private set; }

    internal int Served => _domain.Served;

    internal int Refused => _domain.Refused;

    internal void Run() =>
        _machine.Run(
            () =>
            {
                _wellSince = _changedAt = _time.True;
                Loops.AddRange([SignAsync(), WriteAsync(), WatchAsync(), CountAsync()]);
                Loops.AddRange([FailAsync(), RevokeAsync(), StepAsync(), SleepAsync(), NotifyAsync()]);
            },
            () => false,
            Length
        );

    public void Dispose()
    {
        _search.Dispose();
        _credentials.Dispose();
        _domain.Dispose();
        _metadata.Dispose();
        _notices.Dispose();
    }

    private MetadataService Service(SimulatedMetadata metadata) =>
        new(new Uri("http://169.254.169.254"), _time, metadata);

    private TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());

    private Task Pause(TimeSpan length) => Task.Delay(length, _time);

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
            && (_hasSlept || _time.True - Max(_wellSince, _changedAt) > RenewedWithin);
        Complain(couldBeFresh && !_keys.IsGood(id), $"signed with {id}, which has expired");
    }

    private async Task WriteAsync()
    {
        await Pause(BulkEvery);
        while (true)
        {
            OpenSearchAnswer answer = await _search.SendAsync(HttpMethod.Get, "", default, "", CancellationToken.None);
            bool shouldServe =
                _metadata.Fault == MetadataFault.None && _time.True - Max(_wellSince, _changedAt) > RenewedWithin;
            Complain(shouldServe && !answer.IsSuccess, $"OpenSearch says {answer.Excerpt}");
            await Pause(BulkEvery);
        }
    }

    private async Task WatchAsync()
    {
        using var notices = new InterruptionWatch(Service(_notices), _time);
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
            MetadataFault fault = faults[_random.Next(1, faults.Length)];
            (_metadata.Fault, _notices.Fault) = (fault, fault);
            Faults++;
            await Pause(Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(_random.Next(4) == 0 ? 90 : 10)));
            (_metadata.Fault, _notices.Fault) = (MetadataFault.None, MetadataFault.None);
            _wellSince = _time.True;
        }
    }

    private async Task RevokeAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(4), TimeSpan.FromHours(16)));
            _keys.Revoke();
            _changedAt = _time.True;
        }
    }

    private async Task StepAsync()
    {
        TimeSpan[] steps = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromMinutes(7)];
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(1), TimeSpan.FromHours(6)));
            // Set forth or back, or put right.
            _time.Off = _random.Next(3) switch
            {
                0 => TimeSpan.Zero,
                1 => steps[_random.Next(steps.Length)],
                _ => -steps[_random.Next(steps.Length)],
            };
            Steps++;
        }
    }

    private async Task SleepAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(6), TimeSpan.FromHours(18)));
            _time.Sleep(Between(TimeSpan.FromMinutes(3), TimeSpan.FromHours(9)));
            _hasSlept = true;
            Sleeps++;
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

    private async Task CountAsync()
    {
        for (int before = 0; ; before = _metadata.Requests)
        {
            await Pause(TimeSpan.FromHours(1));
            QuestionsByHour.Add(_metadata.Requests - before);
        }
    }

    private void Complain(bool isSo, string what)
    {
        if (isSo)
        {
            Complaints.Add($"{_machine.Now}, clock {_time.Off} off, {_metadata.Fault}: {what}");
        }
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

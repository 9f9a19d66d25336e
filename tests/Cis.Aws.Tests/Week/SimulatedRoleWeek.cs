using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Aws.Storing;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Week;

/// <summary>
/// Seven days of a worker whose role is assumed: requests that are signed, and files that are fetched with its keys, while
/// STS is down, slow, wrong or denies for up to ninety minutes, sessions are revoked, clocks are set and the machine sleeps.
/// </summary>
internal sealed class SimulatedRoleWeek : MachineWeek
{
    private static readonly TimeSpan SignEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FileEvery = TimeSpan.FromMinutes(5);

    // The longest pause after a question in vain, and a slow answer to the one before.
    private static readonly TimeSpan RenewedWithin = TimeSpan.FromMinutes(2);

    private readonly SimulatedSts _sts;
    private readonly SimulatedBucket _bucket;
    private readonly ChainCredentials _credentials;
    private readonly AwsClients _clients;
    private readonly S3ObjectStore _store;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-week-");
    private readonly Queue<string> _waiting = new();
    private TimeSpan _wellSince;

    internal SimulatedRoleWeek(int seed)
        : base(seed)
    {
        _sts = new SimulatedSts(Time);
        _bucket = new SimulatedBucket(_sts);
        var role = new RoleCredentials("arn:role", _sts.AssumeAsync, source: null, duration: null, Time);
        _credentials = new ChainCredentials(() => role);
        _clients = new AwsClients(new AwsOptions("us-east-1", S3Endpoint: new Uri("http://s3.test")))
        {
            Credentials = _credentials,
            Transport = new SimulatedBucket.Factory(_bucket),
        };
        _store = new S3ObjectStore(_clients, new DownloadOptions());
    }

    internal HashSet<StsFault> Seen { get; } = [];

    internal int Signed { get; private set; }

    internal int Unsigned { get; private set; }

    internal int Sent { get; private set; }

    internal int Done { get; private set; }

    internal int TriedAgain { get; private set; }

    internal int Waiting => _waiting.Count;

    protected override int Questions => _sts.Requests;

    protected override string Fault => $"{_sts.Fault}";

    protected override IEnumerable<Task> Begin() => [SignAsync(), FetchAsync(), FailAsync(), RevokeAsync()];

    protected override void Woke() => _wellSince = Machine.Now;

    public override void Dispose()
    {
        _clients.Dispose();
        _bucket.Dispose();
        _folder.Delete(recursive: true);
    }

    private bool IsWell => _sts.Fault == StsFault.None && Machine.Now - _wellSince > RenewedWithin;

    // As SQS and OpenSearch are called: what they refuse as expired is renewed.
    private async Task SignAsync()
    {
        while (true)
        {
            try
            {
                string id = (await _credentials.GetCredentialsAsync()).AccessKey;
                Signed++;
                Complain(IsWell && !_sts.IsGood(id), $"signed with {id}, which has expired");
                if (!_sts.IsGood(id))
                {
                    ChainCredentials.Renew(_credentials);
                }
            }
            catch (CredentialsException e)
            {
                Unsigned++;
                Complain(IsWell, e.Message);
                Complain(_sts.HasGoodKeys, $"keys that are still good are not used: {e.Message}");
            }

            await Pause(SignEvery);
        }
    }

    // As the worker does: what may pass keeps the message, and anything else would end it.
    private async Task FetchAsync()
    {
        while (true)
        {
            _waiting.Enqueue($"{Sent++}.pdf");
            for (int left = _waiting.Count; left > 0; left--)
            {
                string key = _waiting.Dequeue();
                try
                {
                    await ResolveAsync();
                    Fetch(key);
                    Done++;
                }
                catch (TransientException)
                {
                    TriedAgain++;
                    _waiting.Enqueue(key);
                    break;
                }
                catch (Exception e) when (e is ReadException or AmazonClientException or InvalidOperationException)
                {
                    Complain(true, $"{key} is lost: {e}");
                }
            }

            await Pause(FileEvery);
        }
    }

    // On this clock; the SDK goes on elsewhere, for which it stands still.
    private async Task ResolveAsync()
    {
        try
        {
            await _credentials.GetCredentialsAsync();
        }
        catch (CredentialsException)
        {
            // The fetch says so.
        }
    }

    private void Fetch(string key) =>
        Task.Run(() =>
                _store.FetchAsync(
                    new("bucket", key),
                    Path.Combine(_folder.FullName, "file"),
                    (_, _) => ValueTask.CompletedTask,
                    CancellationToken.None
                )
            )
            .GetAwaiter()
            .GetResult();

    private async Task FailAsync()
    {
        StsFault[] faults = Enum.GetValues<StsFault>();
        for (int i = 1; ; i = (i % (faults.Length - 1)) + 1)
        {
            await Pause(Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(2)));
            _sts.Fault = faults[i];
            Seen.Add(faults[i]);
            bool isLong = Random.Next(3) == 0;
            await Pause(Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(isLong ? 90 : 10)));
            _sts.Fault = StsFault.None;
            _wellSince = Machine.Now;
        }
    }

    private async Task RevokeAsync()
    {
        while (true)
        {
            await Pause(Between(TimeSpan.FromHours(4), TimeSpan.FromHours(16)));
            _sts.Revoke();
            _wellSince = Machine.Now;
        }
    }
}

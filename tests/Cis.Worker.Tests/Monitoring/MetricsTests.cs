using System.Net;
using System.Net.Sockets;
using Cis.Pages;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Cis.Worker.Resilience;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Monitoring;

public sealed class MetricsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_worker_has_done_is_in_its_metrics()
    {
        await using var worker = new WorkerHarness();
        worker.Send("good.pdf");
        worker.Send("secret.pdf");
        worker.OnRead = (name, _) =>
        {
            if (name == "secret.pdf")
            {
                throw new ReadException(Outcome.Encrypted, "it needs a password");
            }
        };
        worker.Time.Advance(TimeSpan.FromSeconds(20));

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.EndAsync();
        Dictionary<string, double> metrics = Parse(worker.Worker!.DescribeMetrics());

        Assert.Equal(2, metrics["cis_messages_received_total"]);
        Assert.Equal(1, metrics["cis_messages_ended_total{outcome=\"ok\"}"]);
        Assert.Equal(1, metrics["cis_messages_ended_total{outcome=\"encrypted\"}"]);
        Assert.Equal(0, metrics["cis_messages_ended_total{outcome=\"object-missing\"}"]);
        Assert.Equal(1, metrics["cis_messages_dead_lettered_total{outcome=\"encrypted\"}"]);
        Assert.Equal(0, metrics["cis_queue_wait_seconds_bucket{le=\"10\"}"]);
        Assert.Equal(2, metrics["cis_queue_wait_seconds_bucket{le=\"30\"}"]);
        Assert.InRange(metrics["cis_queue_wait_seconds_sum"], 40, 41);
        Assert.All(
            ["cis_fetch_seconds", "cis_read_seconds", "cis_message_seconds"],
            name => Assert.Equal(2, metrics[name + "_count"])
        );
        Assert.Equal(1, metrics["cis_index_seconds_count"]);
        Assert.Equal(2, metrics["cis_pages_read_total"]);
        Assert.Equal((2, 0), (metrics["cis_engines"], metrics["cis_engines_busy"]));
        Assert.True(metrics["cis_engine_busy_seconds_total"] > 0);
        Assert.Equal((0, 1 << 20), (metrics["cis_scratch_used_bytes"], metrics["cis_scratch_capacity_bytes"]));
        Assert.True(metrics["process_resident_memory_bytes"] > 1 << 20);
        Assert.Equal(1, metrics["cis_build_info{version=\"1.2.3\"}"]);
    }

    [Fact]
    public async Task The_oldest_message_in_flight_has_its_age_shown_until_it_is_settled()
    {
        await using var worker = new WorkerHarness();
        using var mayEnd = new ManualResetEventSlim();
        worker.OnRead = (name, _) => mayEnd.Wait(name == "old.pdf" ? Timeout.Infinite : 0, Stop);
        worker.Send("old.pdf");
        worker.Time.Advance(TimeSpan.FromMinutes(10));
        worker.Send("new.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 1);
        double age = Age();
        Assert.InRange(age, 600, 660);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.InRange(Age() - age, 19, 21);

        mayEnd.Set();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.EndAsync();
        Assert.Equal(0, Age());

        double Age() => Parse(worker.Worker!.DescribeMetrics())["cis_oldest_message_age_seconds"];
    }

    [Fact]
    public async Task A_message_from_a_clock_that_is_ahead_has_no_negative_age()
    {
        await using var worker = new WorkerHarness();
        using var mayEnd = new ManualResetEventSlim();
        worker.OnRead = (_, _) => mayEnd.Wait(Stop);
        worker.Time.Advance(TimeSpan.FromMinutes(10));
        worker.Send("early.pdf");
        worker.Time.AdjustTime(worker.Time.GetUtcNow() - TimeSpan.FromMinutes(5));

        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.State.Metrics.InFlight == 1);
        Assert.Contains(
            "\ncis_oldest_message_age_seconds 0\n",
            worker.Worker!.DescribeMetrics(),
            StringComparison.Ordinal
        );

        mayEnd.Set();
        await worker.EndAsync();
    }

    [Fact]
    public async Task The_queue_is_counted_by_the_minute_and_an_old_count_is_not_shown_for_a_new_one()
    {
        await using var worker = new WorkerHarness(new WorkerOptions { CountsQueue = true });
        var status = new QueueStatus(Waiting: 70, InFlight: 8, Dead: 3);
        worker.Queue.OnCount = () => status;
        worker.Start();

        await worker.UntilAsync(() => Shown("cis_queue_messages{state=\"waiting\"}") == 70);
        Assert.Equal((8, 3), (Shown("cis_queue_messages{state=\"in-flight\"}"), Shown("cis_dead_letters")));

        status = new QueueStatus(Waiting: 60, InFlight: 9, Dead: 3);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(1));
        await worker.UntilAsync(() => Shown("cis_queue_messages{state=\"waiting\"}") == 60);

        worker.Queue.OnCount = () => throw new TransientException(Dependency.Queue, "it may not be counted");
        await worker.AdvanceAsync(TimeSpan.FromMinutes(1));
        await worker.UntilAsync(() => Shown("cis_dead_letters") is null);
        Assert.Equal(1, Shown("cis_service_up{service=\"queue\"}"));
        await worker.EndAsync();

        double? Shown(string name) =>
            Parse(worker.Worker!.DescribeMetrics()).TryGetValue(name, out double value) ? value : null;
    }

    [Fact]
    public async Task A_queue_that_nobody_wants_counted_is_not_asked()
    {
        await using var worker = new WorkerHarness();
        int asked = 0;
        worker.Queue.OnCount = () =>
        {
            asked++;
            return new QueueStatus(Waiting: 1, InFlight: 1, Dead: 1);
        };

        worker.Start();
        await worker.AdvanceAsync(TimeSpan.FromMinutes(2));
        await worker.EndAsync();

        Assert.Equal(0, asked);
        Assert.DoesNotContain("cis_queue_messages", worker.Worker!.DescribeMetrics(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_down_is_in_the_metrics_and_in_the_log_until_it_is_up_again()
    {
        await using var worker = new WorkerHarness();
        for (int i = 0; i < 5; i++)
        {
            worker.Send($"{i}.pdf");
        }

        bool isDown = true;
        worker.Index.OnBulk = () =>
        {
            if (isDown)
            {
                throw new TransientException(Dependency.Index, "it is away");
            }
        };
        worker.Start();
        await worker.UntilAsync(() => worker.Log.Lines.Any(line => line.Id == 106));

        Assert.Contains("dependencies down: index", worker.Log.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Parse(worker.Worker!.DescribeMetrics())["cis_service_up{service=\"index\"}"]);
        Assert.Equal(1, Parse(worker.Worker!.DescribeMetrics())["cis_service_up{service=\"store\"}"]);

        isDown = false;
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        Assert.Equal(1, Parse(worker.Worker!.DescribeMetrics())["cis_service_up{service=\"index\"}"]);
    }

    [Fact]
    public async Task The_log_says_how_a_working_worker_is_and_nothing_of_an_idle_one()
    {
        await using var worker = new WorkerHarness();
        var open = new ManualResetEventSlim();
        worker.Send("slow.pdf");
        worker.OnRead = (_, stop) => open.Wait(stop);

        worker.Start();
        await worker.UntilAsync(() => worker.Log.Lines.Any(line => line.Id == 106));
        (_, _, string line) = worker.Log.Lines.First(line => line.Id == 106);
        Assert.StartsWith("1 messages in flight, 0 waiting, 1 of 2 engines busy, 0 pages/min", line, default);
        Assert.Contains("dependencies down: none; RSS ", line, StringComparison.Ordinal);

        open.Set();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(2));
        int said = worker.Log.Lines.Count(one => one.Id == 106);
        await worker.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(said, worker.Log.Lines.Count(one => one.Id == 106));
    }

    [Fact]
    public async Task The_endpoint_answers_a_scrape()
    {
        using MetricsEndpoint endpoint = Open("cis_engines 2\n");
        using var http = new HttpClient();

        using HttpResponseMessage answer = await http.GetAsync(endpoint.Url, Stop);

        Assert.True(endpoint.Url.IsLoopback);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("cis_engines 2\n", await answer.Content.ReadAsStringAsync(Stop));
        using HttpResponseMessage other = await http.GetAsync(new Uri(endpoint.Url, "/"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using HttpResponseMessage posted = await http.PostAsync(endpoint.Url, content: null, Stop);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Fact]
    public async Task Whoever_sends_without_end_or_goes_away_leaves_the_endpoint_to_others()
    {
        using MetricsEndpoint endpoint = Open("cis_engines 2\n");
        for (int i = 0; i < 10; i++)
        {
            using Socket flood = await ConnectAsync(endpoint.Url);
            await flood.SendAsync(new byte[8 << 10], Stop);
            using Socket gone = await ConnectAsync(endpoint.Url);
        }

        using var http = new HttpClient();

        Assert.Equal("cis_engines 2\n", await http.GetStringAsync(endpoint.Url, Stop));
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_at_once()
    {
        using MetricsEndpoint endpoint = Open("");

        Assert.Throws<SocketException>(() => Open("", endpoint.Url.Port));
    }

    [Fact]
    public async Task A_query_is_passed_over_and_HEAD_gets_the_head_alone()
    {
        using MetricsEndpoint endpoint = Open("cis_engines 2\n");
        using var http = new HttpClient();

        Assert.Equal("cis_engines 2\n", await http.GetStringAsync(new Uri(endpoint.Url, "/metrics?name[]=x"), Stop));
        using var head = new HttpRequestMessage(HttpMethod.Head, endpoint.Url);
        using HttpResponseMessage answer = await http.SendAsync(head, Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("cis_engines 2\n".Length, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task One_accept_that_fails_does_not_end_the_endpoint()
    {
        int accepts = 0;
        var log = new LogList();
        using var endpoint = MetricsEndpoint.Open(
            port: 0,
            new EndpointPages(() => "up\n", () => new Health(true, ""), () => new Health(true, "")),
            new Supervisor(TimeProvider.System, log),
            (listener, token) =>
                ++accepts <= 2
                    ? throw new SocketException((int)SocketError.TooManyOpenSockets)
                    : listener.AcceptSocketAsync(token)
        );
        using var http = new HttpClient();

        Assert.Equal("up\n", await http.GetStringAsync(endpoint.Url, Stop));
        Assert.Equal(2, log.Lines.Count(line => line.Id == 111));
    }

    [Fact]
    public async Task A_page_that_cannot_be_made_is_an_answer_too()
    {
        using var endpoint = MetricsEndpoint.Open(
            port: 0,
            new EndpointPages(
                () => throw new IOException("/proc/self/statm cannot be read"),
                () => new Health(true, "alive\n"),
                () => new Health(false, "index is down\n")
            ),
            new Supervisor(TimeProvider.System, new LogList())
        );
        using var http = new HttpClient();

        using HttpResponseMessage metrics = await http.GetAsync(endpoint.Url, Stop);
        using HttpResponseMessage ready = await http.GetAsync(new Uri(endpoint.Url, "/readyz"), Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("index is down\n", await ready.Content.ReadAsStringAsync(Stop));
        Assert.Equal("alive\n", await http.GetStringAsync(new Uri(endpoint.Url, "/healthz"), Stop));
    }

    [Fact]
    public async Task A_worker_is_ready_once_queue_store_and_index_have_answered_and_while_none_is_down()
    {
        await using var worker = new WorkerHarness();
        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.Receives > 0);
        Assert.Equal(
            new Health(false, "store has not answered yet\nindex has not answered yet\n"),
            worker.Worker!.DescribeReadiness()
        );

        worker.Send("first.pdf");
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        Assert.Equal(new Health(true, "ready\n"), worker.Worker.DescribeReadiness());

        worker.Index.OnBulk = () => throw new TransientException(Dependency.Index, "it is away");
        for (int i = 0; i < 5; i++)
        {
            worker.Send($"{i}.pdf");
        }

        await worker.UntilAsync(() => !worker.Worker.DescribeReadiness().IsGood);
        Assert.Equal("index is down\n", worker.Worker.DescribeReadiness().Text);
        Assert.True(worker.Worker.DescribeHealth().IsGood);
    }

    private static MetricsEndpoint Open(string metrics, int port = 0) =>
        MetricsEndpoint.Open(
            port,
            new EndpointPages(() => metrics, () => new Health(true, "alive\n"), () => new Health(true, "ready\n")),
            new Supervisor(TimeProvider.System, new LogList())
        );

    private static async Task<Socket> ConnectAsync(Uri url)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(url.Host, url.Port, Stop);
        return socket;
    }

    /// <summary>Each sample by its name and labels; each has a HELP and a TYPE before it, once.</summary>
    private static Dictionary<string, double> Parse(string text)
    {
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        var families = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(families.Add(line.Split(' ')[2]), line);
            }
            else if (line[0] != '#')
            {
                int space = line.LastIndexOf(' ');
                Assert.Contains(families, family => line.StartsWith(family, StringComparison.Ordinal));
                samples.Add(line[..space], double.Parse(line[(space + 1)..], Invariant));
            }
        }

        return samples;
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}

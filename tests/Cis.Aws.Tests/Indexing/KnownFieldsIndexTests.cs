using System.Text;
using System.Text.Json;
using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Indexing;

public sealed class KnownFieldsIndexTests
{
    private const string Whole = """{"file_name":"契約 \"1\".pdf","pages_partial":1,"unread_lines":13}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fields_that_the_live_index_lacks_are_left_out_and_that_is_said_once()
    {
        var old = new StrictIndex("file_name");
        var log = new LogList();
        var index = new KnownFieldsIndex(old, log);

        IReadOnlyList<IndexResult> first = await index.BulkAsync([Document("a", Whole), Document("b", "{}")], Stop);
        int calls = old.Calls;
        IReadOnlyList<IndexResult> second = await index.BulkAsync([Document("c", Whole)], Stop);

        Assert.All([.. first, .. second], result => Assert.Equal(IndexStatus.Indexed, result.Status));
        Assert.Equal(calls + 1, old.Calls); // known by now: sent once
        Assert.Equal("""{"file_name":"契約 \"1\".pdf"}""", old.Held["a"]);
        Assert.Equal(old.Held["a"], old.Held["c"]);
        Assert.Equal(2, log.Lines.Count);
        Assert.Contains(log.Lines, line => line.Text.Contains("pages_partial", StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.Contains("cis index init", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_index_that_has_the_fields_gets_them()
    {
        var present = new StrictIndex("file_name", "pages_partial", "unread_lines");
        var log = new LogList();

        await new KnownFieldsIndex(present, log).BulkAsync([Document("a", Whole)], Stop);

        Assert.Equal(Whole, present.Held["a"]);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Any_other_field_that_is_lacking_is_a_refusal()
    {
        var foreign = new StrictIndex("unread_lines");

        IndexResult result = Assert.Single(
            await new KnownFieldsIndex(foreign, new LogList()).BulkAsync([Document("a", """{"file_name":"x"}""")], Stop)
        );

        Assert.Equal(IndexStatus.Refused, result.Status);
        Assert.Contains("[file_name]", result.Reason, StringComparison.Ordinal);
    }

    private static IndexDocument Document(string id, string json) => new(id, 1, null!, Encoding.UTF8.GetBytes(json));

    /// <summary>Refuses as OpenSearch does: naming the first field that its mapping lacks.</summary>
    private sealed class StrictIndex(params string[] fields) : IDocumentIndex
    {
        public Dictionary<string, string> Held { get; } = [];

        public int Calls { get; private set; }

        public Task<IReadOnlyList<IndexResult>> BulkAsync(
            IReadOnlyList<IndexDocument> documents,
            CancellationToken cancellationToken
        )
        {
            Calls++;
            return Task.FromResult<IReadOnlyList<IndexResult>>([.. documents.Select(Write)]);
        }

        private IndexResult Write(IndexDocument document)
        {
            using var json = JsonDocument.Parse(document.Source);
            foreach (JsonProperty field in json.RootElement.EnumerateObject())
            {
                if (!fields.Contains(field.Name))
                {
                    return new(
                        IndexStatus.Refused,
                        "strict_dynamic_mapping_exception (400): mapping set to strict, dynamic introduction of "
                            + $"[{field.Name}] within [_doc] is not allowed"
                    );
                }
            }

            Held[document.Id] = Encoding.UTF8.GetString(document.Source.Span);
            return IndexResult.Indexed;
        }
    }
}

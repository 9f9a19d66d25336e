using System.CommandLine;
using Cis.Aws.Indexing;
using Cis.Aws.Searching;
using Cis.Commands.Help;
using Cis.Commands.Tree;
using Cis.Configuration;
using Cis.Local;
using Cis.Local.Searching;
using Cis.Output;
using Cis.Searching;

namespace Cis.Commands;

/// <summary><c>cis search</c>: finds words in what workers have read, in a folder's index or in OpenSearch's.</summary>
internal sealed class SearchCommand
{
    internal const string Examples = """
        Examples:
          cis search invoice 2024 --local inbox/          pages that have both words, the best first
          cis search '"total amount"' --local inbox/      these words in this order
          cis search 'invoic*' --local inbox/             any ending
          cis search 'invoice OR receipt -draft'          invoices of any kind, and receipts that are not drafts
          cis search '(invoice OR receipt) NOT "in part"' either, without these words
          cis search 請求書 --local inbox/ --json
          cis search --index invoice --count 50           in OpenSearch, as OPENSEARCH_ENDPOINT says

        AND and nothing bind closer than OR; OR, AND and NOT are words unless in capitals. Upper and lower case, and wide
        and narrow characters are the same; in a folder's index accents too. The exit code is 0 also where nothing is found.
        """;

    private const int StandardCount = 20;

    private readonly Argument<string[]> _words = new("WORDS")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "What a page must have: words, \"words in this order\", beginnings*, OR, NOT or -word, (groups).",
    };

    private readonly Option<string?> _folder = new Option<string?>("--local")
    {
        HelpName = "DIR",
        Description =
            $"The folder that cis worker --local reads. [default: the current one] [variable: {Variables.LocalFolder}]",
    }.In(OptionSection.Index);

    // Without a value: else it would take a query that begins with "true".
    private readonly Option<bool> _isIndex = new Option<bool>("--index")
    {
        Arity = ArgumentArity.Zero,
        Description = "Search in OpenSearch's index instead of in a folder's.",
    }.In(OptionSection.Index);

    private readonly Option<int> _count = new Option<int>("--count", "--limit", "-n")
    {
        HelpName = "N",
        Description = $"The maximum number of hits, 1 to {SearchQuery.MaxHits}.",
        DefaultValueFactory = _ => StandardCount,
    }.In(OptionSection.Output);

    private readonly Option<int> _offset = new Option<int>("--offset")
    {
        HelpName = "N",
        Description = "Skip this many of the best hits, for the next page.",
    }.In(OptionSection.Output);

    private readonly Option<string> _format = new Option<string>("--format")
    {
        HelpName = "text|json",
        Description = "The format of the hits.",
        DefaultValueFactory = _ => "text",
    }.In(OptionSection.Output);

    private readonly Option<bool> _json = new Option<bool>("--json")
    {
        Arity = ArgumentArity.Zero,
        Description = "The same as --format json.",
    }.In(OptionSection.Output);

    private readonly CommandHost _host;
    private readonly SettingFlags _flags;

    private SearchCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Arguments.Add(_words);
        command.Options.Add(_folder);
        command.Options.Add(_isIndex);
        command.Options.Add(_count);
        command.Options.Add(_offset);
        command.Options.Add(_format);
        command.Options.Add(_json);
        LoudnessOptions.AddTo(command);
        _flags = new SettingFlags(command, WorkerSettings.OfOpenSearch);
        command.SetAction((parsed, _) => RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("search", "Find words in the files that a worker has read.");
        _ = new SearchCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        LoudnessOptions.Heed(parsed, _host);
        var query = SearchQuery.Parse(string.Join(' ', WordsOf(parsed)));
        (int offset, int count) = RangeOf(parsed);
        Action<IReadOnlyList<SearchHit>> write = WriterOf(parsed.GetValue(_json) ? "json" : parsed.GetValue(_format));
        return (int)
            await StopSignals.RunAsync(async stop =>
            {
                SearchHits found = parsed.GetValue(_isIndex)
                    ? await FindInIndexAsync(parsed, query, offset, count, stop)
                    : FindInFolder(parsed, query, offset, count);
                write(found.Hits);
                Comment(found, offset);
                return ExitCode.Ok;
            });
    }

    // The parser takes what it knows no option for as a word: -draft is one, and --limt is not.
    private string[] WordsOf(ParseResult parsed)
    {
        string[] words = parsed.GetRequiredValue(_words);
        return Operands.BeforeDashes(parsed, words).FirstOrDefault(word => word.StartsWith("--", default)) is { } option
            ? throw new UsageException(Misspelling.OfOption(parsed.CommandResult.Command, option))
            : words;
    }

    private SearchHits FindInFolder(ParseResult parsed, SearchQuery query, int offset, int count)
    {
        SettingValues settings = _flags.ResolveSilently(parsed, _host);
        nint library = _host.LoadLibrary(settings, LocalFolder.LibraryName);
        using FullTextSearch search = LocalFolder.OpenSearch(library, FolderOf(parsed));
        return search.Find(query, offset, count);
    }

    private async Task<SearchHits> FindInIndexAsync(
        ParseResult parsed,
        SearchQuery query,
        int offset,
        int count,
        CancellationToken cancellationToken
    )
    {
        if (parsed.GetValue(_folder) is not null)
        {
            throw new UsageException("--index and --local are two places: name one");
        }

        using OpenSearchClient client = _flags.Resolve(parsed, _host).OpenSearchClient(_host.Error.Explain);
        return await new IndexSearch(client).FindAsync(query, offset, count, cancellationToken);
    }

    private string FolderOf(ParseResult parsed)
    {
        string? named = parsed.GetValue(_folder) ?? _host.Variables.Find(Variables.LocalFolder);
        return string.IsNullOrEmpty(named) ? "." : named;
    }

    private (int Offset, int Count) RangeOf(ParseResult parsed)
    {
        int count = parsed.GetValue(_count);
        int offset = parsed.GetValue(_offset);
        return count is < 1 or > SearchQuery.MaxHits
                ? throw new UsageException($"--count takes a whole number from 1 to {SearchQuery.MaxHits}, not {count}")
            : offset < 0 || offset > SearchQuery.MaxHits - count
                ? throw new UsageException(
                    $"--offset takes a whole number of at least 0, and at most {SearchQuery.MaxHits} together with --count, not {offset}"
                )
            : (offset, count);
    }

    // What a person wants to know of the hits beside them, and no program.
    private void Comment(SearchHits found, int offset)
    {
        int shown = found.Hits.Count;
        if (found.Total == 0)
        {
            _host.Error.Remark("No page matches.");
        }
        else if (_host.Error.IsTerminal && (shown == 0 || offset + shown < found.Total))
        {
            _host.Error.Remark(
                shown == 0 ? $"none of {found.Total} shown: --offset skips {offset}"
                : offset == 0 ? $"{shown} of {found.Total} shown, --count for more"
                : $"{offset + 1} to {offset + shown} of {found.Total} shown, --offset {offset + shown} for more"
            );
        }
    }

    private Action<IReadOnlyList<SearchHit>> WriterOf(string? format) =>
        format switch
        {
            "text" => hits => SearchHitText.Write(_host.Out, hits, _host.ColorsOutput),
            "json" => hits => SearchHitJson.Write(_host.Out, hits),
            _ => throw new UsageException($"--format takes text or json, not {format}"),
        };
}

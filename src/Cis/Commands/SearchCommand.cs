using System.CommandLine;
using Cis.Configuration;
using Cis.Local;
using Cis.Local.Searching;
using Cis.Output;

namespace Cis.Commands;

/// <summary><c>cis search</c>: finds words in what <c>cis worker --local</c> has read.</summary>
internal sealed class SearchCommand
{
    internal const string Examples = """
        Examples:
          cis search invoice 2024 --local inbox/          pages that have both words, the best first
          cis search '"total amount"' --local inbox/      these words in this order
          cis search 'invoic*' --local inbox/             any ending
          cis search 請求書 --local inbox/ --format json

        Upper and lower case, accents, and wide and narrow characters are the same. The exit code is 0 also where
        nothing is found.
        """;

    /// <summary>The variable that names the folder where no flag does.</summary>
    private const int StandardLimit = 20;

    private readonly Argument<string[]> _words = new("WORDS")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "What a page must have: words, \"words in this order\", beginnings*.",
    };

    private readonly Option<string?> _folder = new("--local")
    {
        HelpName = "DIR",
        Description =
            $"The folder that cis worker --local reads. [default: the current one] [variable: {Variables.LocalFolder}]",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        HelpName = "N",
        Description = $"The maximum number of hits, 1 to {FullTextSearch.MaxHits}.",
        DefaultValueFactory = _ => StandardLimit,
    };

    private readonly Option<string> _format = new("--format")
    {
        HelpName = "text|json",
        Description = "The format of the hits.",
        DefaultValueFactory = _ => "text",
    };

    private readonly CommandHost _host;

    private SearchCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Arguments.Add(_words);
        command.Options.Add(_folder);
        command.Options.Add(_limit);
        command.Options.Add(_format);
        command.SetAction(Run);
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("search", "Find words in the files of a folder that cis worker --local has read.");
        _ = new SearchCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string query = string.Join(' ', parsed.GetRequiredValue(_words));
        int limit = CheckLimit(parsed.GetValue(_limit));
        Action<IReadOnlyList<SearchHit>> write = WriterOf(parsed.GetValue(_format));
        IReadOnlyList<SearchHit> hits =
            Find(FolderOf(parsed), query, limit)
            ?? throw new UsageException("there is no letter and no digit in what to search for");
        write(hits);
        if (hits.Count == 0)
        {
            _host.Error.WriteLine("No page has these words.");
        }

        return (int)ExitCode.Ok;
    }

    private IReadOnlyList<SearchHit>? Find(string folder, string query, int limit)
    {
        var settings = SettingValues.Resolve(configPath: null, _host.Variables, _ => null);
        nint library = _host.LoadLibrary(settings, LocalFolder.LibraryName);
        using FullTextSearch search = LocalFolder.OpenSearch(library, folder);
        return search.Find(query, limit);
    }

    private string FolderOf(ParseResult parsed)
    {
        string? named = parsed.GetValue(_folder) ?? _host.Variables.Find(Variables.LocalFolder);
        return string.IsNullOrEmpty(named) ? "." : named;
    }

    private static int CheckLimit(int limit) =>
        limit is >= 1 and <= FullTextSearch.MaxHits
            ? limit
            : throw new UsageException($"--limit takes a whole number from 1 to {FullTextSearch.MaxHits}, not {limit}");

    private Action<IReadOnlyList<SearchHit>> WriterOf(string? format) =>
        format switch
        {
            "text" => hits => SearchHitText.Write(_host.Out, hits, _host.ColorsOutput),
            "json" => hits => SearchHitJson.Write(_host.Out, hits),
            _ => throw new UsageException($"--format takes text or json, not {format}"),
        };
}

using System.Runtime.InteropServices;
using Cis.Commands;
using Cis.Documents;
using Cis.Files;
using Cis.Ocr.Kernels;
using Cis.Pages;
using Cis.Payload;
using Cis.Reading;
using Cis.Sandbox;
using Cis.Terminal;
using Microsoft.Win32.SafeHandles;

namespace Cis.Tests;

/// <summary>
/// Runs command lines in this process, over a folder of its own and engines that are told what to read by the files'
/// names. Standard output is not seen here (documents go to the descriptor itself): tests name an output file.
/// </summary>
internal sealed class TestHost : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-tests-");
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    /// <summary>The variables that the commands see; none of this process's own.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>What is on standard input.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>What shows standard error.</summary>
    public TerminalKind ErrorKind { get; set; }

    public string Out => _out.ToString();

    /// <summary>What the worker writes to standard output.</summary>
    public MemoryStream Output { get; } = new();

    public string Error => _error.ToString();

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether engines were asked for: false means that nothing was read.</summary>
    public bool HasOpenedEngines { get; private set; }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Makes a file that passes for a PDF; what an engine makes of it, its name says.</summary>
    public string AddPdf(string name)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "%PDF-1.7\n%%EOF");
        return path;
    }

    /// <summary>Makes a file of a name that may not be UTF-8, written as <see cref="PathBytes"/> has it.</summary>
    public string AddPdfByBytes(string name)
    {
        string path = PathOf(name);
        FolderMaker.Make(Path.GetDirectoryName(path)!);
        using SafeFileHandle file = FileCalls.Open(path, FileCalls.WriteOnly | FileCalls.Create);
        RandomAccess.Write(file, "%PDF-1.7\n%%EOF"u8, fileOffset: 0);
        return path;
    }

    /// <summary>Makes a named pipe.</summary>
    public string AddPipe(string name)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [PathOf(name)]);
        mkfifo.WaitForExit();
        return PathOf(name);
    }

    /// <summary>Makes a copy of a file of tests/data.</summary>
    public string AddSample(string sample, string name)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(Repository.PathOf("tests", "data", sample), path);
        return path;
    }

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>All files below the folder, hidden ones too, by their relative paths.</summary>
    public string[] Files() =>
        [
            .. Directory
                .GetFiles(_folder.FullName, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(_folder.FullName, path))
                .Order(StringComparer.Ordinal),
        ];

    public ExitCode Run(params string[] arguments)
    {
        var host = new CommandHost(
            _out,
            new ErrorOutput(_error, ErrorKind),
            () => new MemoryStream(Input),
            Variables.GetValueOrDefault,
            _ =>
            {
                HasOpenedEngines = true;
                return new NamedOutcomes();
            },
            (_, fileName) => NativeLibrary.Load(LibraryPath(fileName)),
            ColorsOutput: false
        )
        {
            IsOutputTerminal = IsOutputTerminal,
            Output = () => Output,
            VariableNames = Variables.Keys,
        };
        return (ExitCode)CommandLine.Run(arguments, host);
    }

    /// <summary>Where the package of a native library put it.</summary>
    public static string LibraryPath(string fileName) =>
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", fileName);

    public void Dispose()
    {
        Output.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>
    /// Engines that read <c>encrypted.pdf</c> as Encrypted and so on; <c>partial.pdf</c> has three pages of which the
    /// second is corrupt; any other file has one page, which says the file's name.
    /// </summary>
    private sealed class NamedOutcomes : IEngineFactory
    {
        public TimeSpan? ModelLoadTime => TimeSpan.FromMilliseconds(123);

        public KernelSet Kernels => KernelSet.None;

        public BuildFacts Build => new("1.2.3", "abc1234", "2026-01-02");

        public Action<string> Say
        {
            set { }
        }

        public nint LoadGuard() => new LooseLibraries().LoadGuard();

        public IDocumentReader CreateReader() => new DocumentReader(new LooseLibraries());

        public SandboxLayers FindLayers() => SandboxLayers.None;

        public IPageEngine Create() => new Engine();

        public void Dispose() { }

        private sealed class Engine : IPageEngine
        {
            private string _name = "";

            public DocumentFacts Open(DocumentSource source, CancellationToken cancellationToken)
            {
                _name = Path.GetFileNameWithoutExtension(source.Name);
                if (_name == "broken")
                {
                    throw new InvalidOperationException("boom");
                }

                if (_name != "partial" && Enum.TryParse(_name, ignoreCase: true, out Outcome outcome))
                {
                    throw new ReadException(outcome, $"it is {_name}");
                }

                return new DocumentFacts(source.MimeType, _name == "partial" ? 3 : 1);
            }

            public PageReading Read(int pageIndex, StageTimes times, CancellationToken cancellationToken)
            {
                if (_name == "partial" && pageIndex == 1)
                {
                    throw new ReadException(Outcome.Corrupt, "its image is cut off");
                }

                times.Add(Stage.Detect, System.Diagnostics.Stopwatch.Frequency / 100);
                return new PageReading(
                    Samples.Page($"text of {_name}"),
                    _name == "huge" ? "it was rendered smaller" : null
                );
            }

            public void Close() => _name = "";

            public void Dispose() { }
        }
    }
}

using System.Diagnostics;
using System.Security.Cryptography;
using Cis.Fuzz.Coverage;

namespace Cis.Fuzz.Loop;

/// <summary>Changes inputs of a corpus, runs them, and keeps those that reach what no other has.</summary>
internal sealed class FuzzLoop
{
    private const int MostTrims = 64;

    // A run of a few kilobytes takes a millisecond at most. The machine may be busy: it must be slow each time.
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(2);
    private const int SlowTries = 3;

    private readonly FuzzTarget _target;
    private readonly EdgeMap _edges;
    private readonly Progress _progress;
    private readonly Findings _findings;
    private readonly FuzzFolders _folders;
    private readonly LoopOptions _options;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _corpus = [];
    private readonly Stopwatch _watch = new();

    internal FuzzLoop(FuzzTarget target, EdgeMap edges, Progress progress, FuzzFolders folders, LoopOptions options)
    {
        (_target, _edges, _progress, _folders, _options) = (target, edges, progress, folders, options);
        _findings = new Findings(folders.Findings);
        _random = new Random(options.Seed);
        _mutator = new Mutator(_random, target.Words, target.MostInput);
    }

    /// <summary>Runs until time or runs are up.</summary>
    internal void Run()
    {
        Begin();
        _watch.Start();
        while (_progress.Runs < _options.Runs && _watch.Elapsed < _options.Time)
        {
            byte[] input = _mutator.Change(Choose(), Choose());
            if (Try(input) && _edges.Learn() && !_options.Blind)
            {
                Keep(Trim(input));
            }

            _progress.Edges = _edges.Edges;
            _progress.Milliseconds = _watch.ElapsedMilliseconds;
        }
    }

    private void Begin()
    {
        _progress.LeastEdges = _target.LeastEdges;
        // The first time each method is compiled, and static fields are filled: that is no edge of an input.
        Replay(FuzzFolders.Read(_folders.Stored));
        _edges.Forget();
        _corpus.Clear();
        Replay(FuzzFolders.Read(_folders.Stored));
        int stored = _edges.Edges;
        if (!_options.StoredOnly)
        {
            Replay(FuzzFolders.Read(_folders.Grown));
        }

        if (_corpus.Count == 0)
        {
            _corpus.Add([]);
        }

        (_progress.FirstEdges, _progress.Edges) = (stored, _edges.Edges);
    }

    private void Replay(IEnumerable<byte[]> inputs)
    {
        foreach (byte[] input in inputs)
        {
            if (Try(input))
            {
                _edges.Learn();
                _corpus.Add(input);
            }
        }
    }

    /// <summary>The newest are chosen more often: what is behind them has been tried least.</summary>
    private byte[] Choose()
    {
        int newest = Math.Max(1, _corpus.Count / 4);
        int index = _random.Next(2) == 0 ? _random.Next(_corpus.Count) : _corpus.Count - 1 - _random.Next(newest);
        return _corpus[index];
    }

    /// <summary>Runs an input.</summary>
    /// <returns>Whether the target held.</returns>
    private bool Try(byte[] input)
    {
        _progress.Input = input;
        _progress.Runs++;
        _edges.Clear();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long begun = Stopwatch.GetTimestamp();
        try
        {
            _target.Run(input);
        }
        catch (Exception e)
        {
            _findings.Add("crash", input, e.ToString());
            return false;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > _target.MostAllocated)
        {
            _findings.Add("memory", input, $"{input.Length} bytes of input made it allocate {allocated} bytes");
            return false;
        }

        return Stopwatch.GetElapsedTime(begun) < s_slow || !IsSlowEachTime(input);
    }

    private bool IsSlowEachTime(byte[] input)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < SlowTries; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            _target.Run(input);
            TimeSpan took = Stopwatch.GetElapsedTime(begun);
            least = took < least ? took : least;
        }

        if (least > s_slow)
        {
            _findings.Add("slow", input, $"{input.Length} bytes of input take {least.TotalSeconds:F1} s");
        }

        return least > s_slow;
    }

    /// <summary>Leaves out pieces without which an input takes the same way.</summary>
    private byte[] Trim(byte[] input)
    {
        ulong trail = _edges.Trail();
        int tries = 0;
        for (int piece = input.Length / 2; piece > 0 && tries < MostTrims; piece /= 2)
        {
            for (int at = 0; at + piece <= input.Length && tries < MostTrims; tries++)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + piece)];
                if (Try(shorter) && _edges.Trail() == trail)
                {
                    input = shorter;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }

    private void Keep(byte[] input)
    {
        _corpus.Add(input);
        _progress.Added++;
        if (!_options.StoredOnly)
        {
            Directory.CreateDirectory(_folders.Grown);
            string name = Convert.ToHexStringLower(SHA256.HashData(input))[..16];
            File.WriteAllBytes(Path.Combine(_folders.Grown, name), input);
        }
    }
}

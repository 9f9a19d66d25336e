using System.Text;
using BenchmarkDotNet.Attributes;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Benchmarks;

/// <summary>From the class scores of a line of 60 characters to these.</summary>
[MemoryDiagnoser]
public class DecodingBenchmarks
{
    private const int Steps = 180;

    private readonly List<DecodedCharacter> _characters = [];
    private CtcDecoder _decoder = null!;
    private float[] _scores = [];

    /// <summary>PP-OCRv6's classes for English, for English and Japanese, and for all it reads.</summary>
    [Params(518, 6973, 18710)]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var vocabulary = new Vocabulary(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("a", Classes - 1))));
        _decoder = new CtcDecoder(new RecognizerModel("benchmark", "", []), vocabulary);
        var random = new Random(1);
        _scores = new float[Steps * Classes];
        foreach (ref float score in _scores.AsSpan())
        {
            score = random.NextSingle();
        }

        for (int step = 0; step < Steps; step++)
        {
            // A character every third step, blanks between.
            _scores[step * Classes + (step % 3 == 0 ? Classes / 2 : 0)] = 15;
        }
    }

    [Benchmark]
    public int DecodeLine()
    {
        _decoder.Decode(new ClassScores(_scores, Steps, Classes), _characters);
        return _characters.Count;
    }
}

using System.Text;

namespace Cis.Ocr.Models;

/// <summary>The characters behind a recognizer's classes; class 0 is CTC's blank and has none.</summary>
internal sealed class Vocabulary
{
    private readonly string[] _characters;

    /// <summary>Reads a dictionary file: UTF-8, a character a line, line i for class i+1.</summary>
    public Vocabulary(ReadOnlySpan<byte> file)
    {
        string[] lines = Encoding.UTF8.GetString(file).Split('\n');
        int count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        _characters = new string[count + 1];
        _characters[0] = "";
        for (int i = 0; i < count; i++)
        {
            _characters[i + 1] = lines[i].TrimEnd('\r');
        }

        // Some dictionaries list a space of their own before PaddleOCR appends the one that models learn.
        SpaceClass = Array.LastIndexOf(_characters, " ");
    }

    /// <summary>How many classes there are, the blank among them.</summary>
    public int ClassCount => _characters.Length;

    /// <summary>The class of the space, or -1 where the model has none.</summary>
    public int SpaceClass { get; }

    /// <summary>Whether a class is a space, be it the one that is used or a spare.</summary>
    public bool IsSpace(int classIndex) => _characters[classIndex] == " ";

    /// <summary>The class of a character, or -1 where the model has none.</summary>
    public int ClassOf(string character) => Array.IndexOf(_characters, character);

    /// <summary>A class's character; some are more than one UTF-16 unit.</summary>
    public string this[int classIndex] => _characters[classIndex];
}

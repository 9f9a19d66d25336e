namespace Cis.Ocr;

/// <summary>The bytes of one file of a model family, mapped by whoever owns the files and valid as long as it lives.</summary>
public readonly unsafe struct ModelBytes(byte* address, long length)
{
    /// <summary>The first byte.</summary>
    public byte* Address => address;

    /// <summary>How many there are.</summary>
    public long Length => length;

    /// <summary>The bytes of a small file, such as a dictionary.</summary>
    public ReadOnlySpan<byte> Span => new(Address, checked((int)Length));
}

/// <summary>Where the files of a compiled model family come from: the executable's payload, or a directory.</summary>
public interface IModelFiles
{
    /// <summary>Maps a file of the family.</summary>
    /// <param name="name">A name out of <c>family.json</c>, or that itself.</param>
    /// <exception cref="Cis.Pages.ReadException">There is no such file, or it was altered.</exception>
    ModelBytes Open(string name);
}

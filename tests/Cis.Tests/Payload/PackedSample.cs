extern alias compiler;

using Packer = compiler::Cis.ModelCompiler.Packing.Packer;

namespace Cis.Tests.Payload;

/// <summary>A packed file of a few small entries, in a folder of its own.</summary>
public sealed class PackedSample : IDisposable
{
    public const string ExecutableText = "#!/bin/true\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-packed-");

    public PackedSample()
    {
        Write(
            "models/tiny/family.json",
            """{"family": "Tiny", "sha256": "c0ffee", "detector": {"family": "not this"}, "note": "a fallback"}"""
        );
        Write("models/tiny/rec.onnx", new string('r', 5000));
        Write("lib/libone.so", new string('1', 4096));
        Write("lib/libtwo.so", "2");
        string executable = Path.Combine(_folder.FullName, "executable");
        File.WriteAllText(executable, ExecutableText);
        Packer.Pack(executable, LooseFolder, FilePath);
        Bytes = File.ReadAllBytes(FilePath);
    }

    /// <summary>The packed file.</summary>
    public string FilePath => Path.Combine(_folder.FullName, "packed");

    /// <summary>The folder that was packed.</summary>
    public string LooseFolder => Path.Combine(_folder.FullName, "loose");

    /// <summary>The packed file as it was written.</summary>
    public byte[] Bytes { get; }

    /// <summary>Writes other bytes in the packed file's place.</summary>
    public void Replace(byte[] bytes) => File.WriteAllBytes(FilePath, bytes);

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string content)
    {
        string path = Path.Combine(LooseFolder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Cis.ModelCompiler.Families;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

[assembly: AssemblyFixture(typeof(Cis.ModelCompiler.Tests.Parity.CompiledFamilies))]

namespace Cis.ModelCompiler.Tests.Parity;

/// <summary>A family compiled once for all tests, beside the stock models it came from.</summary>
internal sealed class CompiledFamily
{
    private static readonly ConcurrentDictionary<string, Lazy<CompiledFamily>> Families = new(StringComparer.Ordinal);

    private readonly string _folder;

    private CompiledFamily(string name, string models)
    {
        _folder = Directory.CreateTempSubdirectory("cis-compiled-").FullName;
        Source = FamilySource.Find(name, models);
        new FamilyCompiler(Source, _folder).Compile();
        using FileStream manifest = File.OpenRead(Path.Combine(_folder, "family.json"));
        Manifest = JsonSerializer.Deserialize(manifest, ManifestJson.Default.FamilyManifest)!;
    }

    public FamilySource Source { get; }

    public FamilyManifest Manifest { get; }

    /// <summary>The family; skips the test where its source models are not at hand.</summary>
    public static CompiledFamily Get(string name)
    {
        string models = SourceModels.Folder(name);
        return Families.GetOrAdd(name, key => new Lazy<CompiledFamily>(() => new CompiledFamily(key, models))).Value;
    }

    /// <summary>A compiled graph, run as the product runs it: one thread, subnormals as zero.</summary>
    public InferenceSession Compiled(string file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.set_denormal_as_zero", "1");
        return new InferenceSession(Path.Combine(_folder, file), options);
    }

    /// <summary>Deletes what was compiled.</summary>
    public static void DeleteAll()
    {
        foreach (Lazy<CompiledFamily>? family in Families.Values.Where(family => family.IsValueCreated))
        {
            Directory.Delete(family.Value._folder, recursive: true);
        }
    }

    public string[] Characters(string file) => File.ReadAllLines(Path.Combine(_folder, file));

    /// <summary>A stock graph under the runtime's own defaults, but for the soft-max at its end: logits are compared.</summary>
    public static InferenceSession Stock(string path)
    {
        var graph = Graph.Load(path);
        new ConstantNodesToInitializers().Apply(graph);
        DropSoftmax.Apply(graph);
        return new InferenceSession(graph.Model.ToByteArray());
    }
}

/// <summary>Lives as long as the run of all tests.</summary>
public sealed class CompiledFamilies : IDisposable
{
    public void Dispose() => CompiledFamily.DeleteAll();
}

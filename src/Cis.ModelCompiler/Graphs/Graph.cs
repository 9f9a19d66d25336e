using Cis.ModelCompiler.Onnx;
using Google.Protobuf;

namespace Cis.ModelCompiler.Graphs;

/// <summary>
/// An ONNX graph under change: who makes a value, who uses it, which values are constant. Passes change the node list
/// through <see cref="Insert"/>, <see cref="Remove"/> and <see cref="Replace"/>, so that the look-ups stay true.
/// </summary>
internal sealed class Graph
{
    private readonly ModelProto _model;
    private readonly Dictionary<string, TensorProto> _constants;
    private Dictionary<string, NodeProto>? _producers;
    private ILookup<string, NodeProto>? _consumers;
    private int _names;

    public Graph(ModelProto model)
    {
        _model = model;
        _constants = model.Graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="CompilerException">It is missing or no ONNX model.</exception>
    public static Graph Load(string path)
    {
        try
        {
            ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
            return model.Graph is { Node.Count: > 0 }
                ? new Graph(model)
                : throw new CompilerException($"{path} holds no graph: it is not an ONNX model.");
        }
        catch (Exception e) when (e is IOException or InvalidProtocolBufferException)
        {
            throw new CompilerException($"{path} cannot be read as an ONNX model: {e.Message}", e);
        }
    }

    public ModelProto Model => _model;

    /// <summary>The nodes in an order in which each comes after those that make its inputs.</summary>
    public IReadOnlyList<NodeProto> Nodes => _model.Graph.Node;

    public IReadOnlyList<ValueInfoProto> Inputs => _model.Graph.Input;

    public IReadOnlyList<ValueInfoProto> Outputs => _model.Graph.Output;

    public IReadOnlyCollection<TensorProto> Constants => _constants.Values;

    /// <summary>The version of the default operator set.</summary>
    public long Opset
    {
        get => DefaultOpset.Version;
        set => DefaultOpset.Version = value;
    }

    /// <summary>Declares that operators of a domain are used.</summary>
    public void Import(string domain, long version)
    {
        if (!_model.OpsetImport.Any(opset => string.Equals(opset.Domain, domain, StringComparison.Ordinal)))
        {
            _model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        }
    }

    private OperatorSetIdProto DefaultOpset => _model.OpsetImport.First(opset => opset.Domain.Length == 0);

    /// <summary>The node that makes a value; none for graph inputs and constants.</summary>
    public NodeProto? Producer(string value)
    {
        _producers ??= Nodes
            .SelectMany(node => node.Output, (node, output) => (node, output))
            .Where(pair => pair.output.Length > 0)
            .ToDictionary(pair => pair.output, pair => pair.node, StringComparer.Ordinal);
        return _producers.GetValueOrDefault(value);
    }

    /// <summary>The nodes that read a value, each once.</summary>
    public IReadOnlyList<NodeProto> Consumers(string value)
    {
        _consumers ??= Nodes
            .SelectMany(node => node.Input.Distinct(StringComparer.Ordinal), (node, input) => (node, input))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        return [.. _consumers[value]];
    }

    public bool IsOutput(string value) =>
        Outputs.Any(output => string.Equals(output.Name, value, StringComparison.Ordinal));

    /// <summary>The only reader of a value that is no output of the graph; none where there are several or none.</summary>
    public NodeProto? OnlyConsumer(string value) => !IsOutput(value) && Consumers(value) is [var only] ? only : null;

    public TensorProto? Constant(string value) => _constants.GetValueOrDefault(value);

    /// <summary>The value of a constant of one element.</summary>
    public float? Scalar(string value) =>
        Constant(value) is { } tensor && tensor.IsFloat() && tensor.Count() == 1 ? tensor.Floats()[0] : null;

    /// <summary>
    /// What a constant adds to, or multiplies, each channel of an image [N, channels, H, W] with: from one value for
    /// all, or one a channel.
    /// </summary>
    /// <returns>A value a channel; none where the value is not constant, or is of another shape.</returns>
    public double[]? PerChannel(string value, int channels)
    {
        if (Constant(value) is not { } tensor || !tensor.IsFloat())
        {
            return null;
        }

        float[] values = tensor.Floats();
        if (values.Length == 1)
        {
            return [.. Enumerable.Repeat((double)values[0], channels)];
        }

        bool isPerChannel = tensor.Shape() is [1, var c4, 1, 1]
            ? c4 == channels
            : tensor.Shape() is [var c3, 1, 1] && c3 == channels;
        return isPerChannel ? Array.ConvertAll(values, v => (double)v) : null;
    }

    /// <summary>A name that no value of the graph has.</summary>
    public string NewName(string stem) => $"{stem}/{_names++}";

    /// <summary>Adds a constant under a new name, which is returned.</summary>
    public string AddConstant(string stem, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) =>
        AddConstant(Tensors.Create(NewName(stem), values, shape));

    /// <summary>Adds a constant under a new name, which is returned.</summary>
    public string AddConstant(string stem, ReadOnlySpan<long> values) =>
        AddConstant(Tensors.Create(NewName(stem), values));

    /// <summary>Adds a constant, or replaces the one of the same name.</summary>
    public string AddConstant(TensorProto tensor)
    {
        if (_constants.TryGetValue(tensor.Name, out TensorProto? old))
        {
            _model.Graph.Initializer.Remove(old);
        }

        _constants[tensor.Name] = tensor;
        _model.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Puts a node before another (or, without one, at the end).</summary>
    public NodeProto Insert(NodeProto node, NodeProto? before = null)
    {
        int at = before is null ? Nodes.Count : IndexOf(before);
        _model.Graph.Node.Insert(at, node);
        Changed();
        return node;
    }

    public void Remove(NodeProto node)
    {
        _model.Graph.Node.RemoveAt(IndexOf(node));
        Changed();
    }

    /// <summary>Puts <paramref name="by"/> in the place of <paramref name="node"/>.</summary>
    public void Replace(NodeProto node, NodeProto by)
    {
        _model.Graph.Node[IndexOf(node)] = by;
        Changed();
    }

    /// <summary>Lets every reader of one value, and the graph's outputs, read another.</summary>
    public void Redirect(string from, string to)
    {
        foreach (NodeProto consumer in Consumers(from))
        {
            for (int i = 0; i < consumer.Input.Count; i++)
            {
                if (string.Equals(consumer.Input[i], from, StringComparison.Ordinal))
                {
                    consumer.Input[i] = to;
                }
            }
        }
        Changed();
    }

    /// <summary>Changes one input of a node.</summary>
    public void SetInput(NodeProto node, int index, string value)
    {
        node.Input[index] = value;
        Changed();
    }

    /// <summary>Changes all inputs of a node.</summary>
    public void SetInputs(NodeProto node, params ReadOnlySpan<string> values)
    {
        node.Input.Clear();
        foreach (string value in values)
        {
            node.Input.Add(value);
        }

        Changed();
    }

    /// <summary>Renames what a node gives; readers of the old name must have been redirected.</summary>
    public void Rename(NodeProto producer, string from, string to)
    {
        producer.Output[producer.Output.IndexOf(from)] = to;
        Changed();
    }

    /// <summary>Lets the only output of the graph be another value of the given shape (-1: known at run time).</summary>
    public void SetOutput(string value, params ReadOnlySpan<int> shape)
    {
        _model.Graph.Output.Clear();
        _model.Graph.Output.Add(Values.Float(value, shape));
        Sweep();
    }

    /// <summary>Removes the nodes, constants and shape notes that nothing reads any more.</summary>
    public void Sweep()
    {
        var used = new HashSet<string>(Outputs.Select(output => output.Name), StringComparer.Ordinal);
        for (int i = Nodes.Count - 1; i >= 0; i--)
        {
            if (Nodes[i].Output.Any(used.Contains))
            {
                used.UnionWith(Nodes[i].Input);
            }
            else
            {
                _model.Graph.Node.RemoveAt(i);
            }
        }
        foreach (TensorProto? unused in _constants.Values.Where(tensor => !used.Contains(tensor.Name)).ToList())
        {
            _constants.Remove(unused.Name);
            _model.Graph.Initializer.Remove(unused);
        }
        _model.Graph.ValueInfo.Clear();
        Changed();
    }

    private int IndexOf(NodeProto node)
    {
        for (int i = 0; i < Nodes.Count; i++)
        {
            if (ReferenceEquals(Nodes[i], node))
            {
                return i;
            }
        }
        throw new InvalidOperationException($"The node '{node.Name}' is not in the graph.");
    }

    private void Changed()
    {
        _producers = null;
        _consumers = null;
    }
}

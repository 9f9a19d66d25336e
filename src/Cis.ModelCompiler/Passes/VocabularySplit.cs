using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Cuts the last matrix, its bias and the soft-max off a recognizer: what is left gives features [N, T, C], and a
/// <see cref="Head"/> makes the classes asked for out of them.
/// <para>
/// Class k's logit is f.w_k + b_k, column k of the matrix and nothing else, so keeping some columns leaves the logits of
/// those classes as they were. Soft-max keeps the order of the logits, so the arg-max over the kept classes is that of
/// the whole vocabulary wherever the latter is kept; the confidence needs one normalizer, over the kept classes, at the
/// columns that are read. Measured on AMD Zen 4 at 48x1440: the 120 x 18,710 matrix, bias and soft-max take 12.5 of
/// 107 ms, the 120 x 500 matrix and bias 0.3 ms.
/// </para>
/// <para>
/// The columns are stored once, as the rows of a file of their own (<see cref="Rows"/>): a head takes the first so many
/// of them, as ONNX's external data, and turns them back into columns, which the runtime does once, when it loads them.
/// </para>
/// </summary>
internal sealed class VocabularySplit
{
    private readonly int[] _weightsShape;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly long _opset;

    private VocabularySplit(int[] weightsShape, float[] weights, float[] bias, long opset) =>
        (_weightsShape, _weights, _bias, _opset) = (weightsShape, weights, bias, opset);

    /// <summary>Number of features, C.</summary>
    public int Features => _weightsShape[0];

    /// <summary>Number of classes, the blank included.</summary>
    public int Classes => _weightsShape[1];

    /// <summary>Cuts the graph, whose output is then the features.</summary>
    /// <returns>What was cut off; none, and the graph as it was, where its end is not matrix, bias, soft-max.</returns>
    public static VocabularySplit? Cut(Graph graph)
    {
        if (graph.Outputs is not [var output] || graph.Producer(output.Name) is not { } last)
        {
            return null;
        }

        NodeProto? add = last.Is("Softmax") ? graph.Producer(last.Input[0]) : last;
        if (add is null || !add.Is("Add") || graph.Producer(add.Input[0]) is not { } product || !product.Is("MatMul"))
        {
            return null;
        }

        if (
            graph.Constant(product.Input[1]) is not { Dims.Count: 2 } weights
            || graph.Constant(add.Input[1]) is not { } bias
        )
        {
            return null;
        }

        var split = new VocabularySplit(weights.Shape(), weights.Floats(), bias.Floats(), graph.Opset);
        graph.SetOutput(product.Input[0], -1, -1, split.Features);
        return split;
    }

    /// <summary>The matrix, a row for each class: the blank's, then those of the characters at some places.</summary>
    /// <param name="places">The places of the characters in the vocabulary, from 0 (which is class 1).</param>
    public float[] Rows(ReadOnlySpan<int> places)
    {
        int[] classes = ClassesOf(places);
        float[] rows = new float[classes.Length * Features];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = _weights[i % Features * Classes + classes[i / Features]];
        }

        return rows;
    }

    /// <summary>
    /// The graph that gives some classes' logits: features [N, T, C] to logits [N, T, 1 + places]. Class 0 is the blank.
    /// </summary>
    /// <param name="places">The places of the characters in the vocabulary, from 0 (which is class 1).</param>
    /// <param name="rowsFile">The file that begins with the <see cref="Rows"/> of these places.</param>
    public Graph Head(ReadOnlySpan<int> places, string rowsFile)
    {
        float[] bias = Array.ConvertAll(ClassesOf(places), number => _bias[number]);
        var model = new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto { Name = "head" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = _opset });
        model.Graph.Input.Add(Values.Float("features", -1, -1, Features));
        model.Graph.Output.Add(Values.Float("logits", -1, -1, bias.Length));
        var head = new Graph(model);
        string rows = head.AddConstant(Tensors.InFile("rows", rowsFile, bias.Length, Features));
        head.Insert(Nodes.Create("Transpose", [rows], "matrix").With("perm", 1L, 0L));
        head.Insert(Nodes.Create("MatMul", ["features", "matrix"], "product"));
        head.Insert(Nodes.Create("Add", ["product", head.AddConstant("bias", bias, bias.Length)], "logits"));
        return head;
    }

    private static int[] ClassesOf(ReadOnlySpan<int> places)
    {
        int[] classes = [0, .. places];
        for (int i = 1; i < classes.Length; i++)
        {
            classes[i]++;
        }

        return classes;
    }
}

using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Drops the channels between two convolutions that carry nothing: weight decay brought all weights of such a channel
/// to zero (<see cref="FlushTinyWeights"/>).
/// <para>
/// A channel whose weights are zero is its bias b at every pixel, and f(b) after an activation f. A convolution that
/// reads it adds w f(b), which is a constant: <c>W x + b' = W(kept) x(kept) + (b' + w f(b))</c>. Where that convolution
/// pads with zeros the constant breaks off at the border, so then only f(b) = 0 is dropped. A channel that every reader
/// multiplies by zero is dropped whatever it is. The number kept is rounded up to whole blocks of the runtime's layout.
/// </para>
/// </summary>
internal sealed class PruneDeadChannels : IGraphPass
{
    public string Name => "prune dead channels";

    public int Apply(Graph graph)
    {
        int pruned = 0;
        foreach (NodeProto? node in graph.Nodes.ToList())
        {
            if (Convolution.Of(graph, node) is { Groups: 1 } convolution && convolution.Node.Is("Conv"))
            {
                pruned += ChannelPath.From(graph, convolution)?.Prune() ?? 0;
            }
        }
        if (pruned > 0)
        {
            graph.Sweep();
        }

        return pruned;
    }

    /// <summary>A convolution's output on its way through operators that keep channels apart, to those that mix them.</summary>
    private sealed class ChannelPath
    {
        private readonly Graph _graph;
        private readonly Convolution _source;
        private readonly double?[] _constants;
        private readonly List<Convolution> _depthwise = [];
        private readonly List<Reader> _readers = [];

        private ChannelPath(Graph graph, Convolution source)
        {
            (_graph, _source) = (graph, source);
            _constants = new double?[source.Outputs];
            for (int channel = 0; channel < source.Outputs; channel++)
            {
                _constants[channel] = source.IsConstant(channel) ? source.Bias[channel] : null;
            }
        }

        /// <summary>The path; none where it ends in anything but convolutions of one group.</summary>
        public static ChannelPath? From(Graph graph, Convolution source)
        {
            var path = new ChannelPath(graph, source);
            string value = source.Node.Output[0];
            while (path.Step(value) is { } next)
            {
                value = next;
            }

            return path._readers.Count > 0 ? path : null;
        }

        /// <summary>Drops the dead channels.</summary>
        /// <returns>How many.</returns>
        public int Prune()
        {
            int[] kept = Kept();
            if (kept.Length == _source.Outputs)
            {
                return 0;
            }

            foreach (Reader reader in _readers)
            {
                Narrow(reader, kept);
            }

            foreach (Convolution? convolution in _depthwise.Prepend(_source))
            {
                convolution.TakeOutputs(kept);
                convolution.Write();
            }
            return _constants.Length - kept.Length;
        }

        private void Narrow(Reader reader, int[] kept)
        {
            (Convolution? convolution, int offset) = reader;
            double[] shifts = new double[convolution.Inputs];
            foreach (int channel in Enumerable.Range(0, _constants.Length).Except(kept))
            {
                shifts[offset + channel] = _constants[channel] ?? 0;
            }

            convolution.ShiftInputs(shifts);
            convolution.TakeInputs([
                .. Enumerable.Range(0, offset),
                .. kept.Select(channel => offset + channel),
                .. Enumerable.Range(offset + _constants.Length, convolution.Inputs - offset - _constants.Length),
            ]);
            convolution.Write();
        }

        /// <summary>Follows the value through one operator; none at the end of the path.</summary>
        private string? Step(string value)
        {
            if (_graph.IsOutput(value) || _graph.Consumers(value) is not { Count: > 0 } consumers)
            {
                return null;
            }

            if (consumers.Count == 2 && Activations.Gated(_graph, value) is var (output, gated))
            {
                return Through(gated, output);
            }

            if (consumers is [var only] && ThroughOnly(only) is { } next)
            {
                return next;
            }

            if (!consumers.All(consumer => AddReader(consumer, value)))
            {
                _readers.Clear();
            }

            return null;
        }

        private string? ThroughOnly(NodeProto node)
        {
            if (Activations.Of(node) is { } activation)
            {
                return Through(activation, node.Output[0]);
            }

            if (node.Is("AveragePool") && (node.Ints("pads") ?? []).All(pad => pad == 0))
            {
                return node.Output[0];
            }

            return Convolution.Of(_graph, node) is { IsDepthwise: true } depthwise ? Through(depthwise) : null;
        }

        private bool AddReader(NodeProto node, string value)
        {
            int offset = 0;
            if (node.Is("Concat") && node.Int("axis", 0) == 1 && _graph.OnlyConsumer(node.Output[0]) is { } behind)
            {
                if (Channels.Offset(_graph, node, value) is not { } start)
                {
                    return false;
                }

                (node, offset) = (behind, start);
            }
            if (Convolution.Of(_graph, node) is not { Groups: 1 } reader || !node.Is("Conv"))
            {
                return false;
            }

            _readers.Add(new Reader(reader, offset));
            return true;
        }

        private string Through(Func<double, double> activation, string output)
        {
            for (int channel = 0; channel < _constants.Length; channel++)
            {
                _constants[channel] = _constants[channel] is { } constant ? activation(constant) : null;
            }

            return output;
        }

        private string Through(Convolution depthwise)
        {
            for (int channel = 0; channel < _constants.Length; channel++)
            {
                bool isConstant = depthwise.IsConstant(channel) || IsFoldable(depthwise, channel);
                double? sum = isConstant ? depthwise.Bias[channel] : null;
                for (int tap = 0; tap < depthwise.Taps; tap++)
                {
                    sum += depthwise.Weight(channel, 0, tap) * (_constants[channel] ?? 0);
                }

                _constants[channel] = sum;
            }
            _depthwise.Add(depthwise);
            return depthwise.Node.Output[0];
        }

        private bool IsFoldable(Convolution reader, int channel) =>
            _constants[channel] is { } constant && (constant == 0 || !reader.IsPadded);

        private bool IsDead(int channel) =>
            _readers.TrueForAll(reader => IsFoldable(reader.Convolution, channel))
            || _readers.TrueForAll(reader => reader.Convolution.IsUnused(reader.Offset + channel));

        private int[] Kept()
        {
            bool[] isDead = Enumerable.Range(0, _constants.Length).Select(IsDead).ToArray();
            int alive = isDead.Count(dead => !dead);
            int surplus = Blocks.RoundUp(alive) - alive;
            return [.. Enumerable.Range(0, isDead.Length).Where(channel => !isDead[channel] || surplus-- > 0)];
        }

        /// <summary>A convolution, and at which of its input channels the path ends.</summary>
        private sealed record Reader(Convolution Convolution, int Offset);
    }
}

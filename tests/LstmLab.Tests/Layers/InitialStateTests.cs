using System.Numerics;
using Xunit;

namespace LstmLab.Tests.Layers;

public class InitialStateTests
{
    [Fact]
    public void Gradients_float_allocations_and_batches()
    {
        Input<double> x = LayerChecks.Input(1, [4, 1], 4, 2, 2), full = LayerChecks.Input(1, 3, 2, 2);
        LayerChecks.Run(() => new Started<double>(new Lstm<double>(2, 3)), () => new Started<float>(new Lstm<float>(2, 3)), [x]);
        LayerChecks.Run(() => new Started<double>(new Gru<double>(2, 3)), () => new Started<float>(new Gru<float>(2, 3)), [x]);
        LayerChecks.Run(
            () => new Started<double>(new Lstm<double>(2, 3, 2, true, projectionSize: 2)),
            () => new Started<float>(new Lstm<float>(2, 3, 2, true, projectionSize: 2)),
            [full]);
    }

    [Fact]
    public void Every_sequence_has_the_same_states_and_their_gradients_are_summed()
    {
        InitialState<double> start = new(new Lstm<double>(2, 3, projectionSize: 2));
        start["h"].Set([1.0, 2]);
        start["c"].Set([3.0, 4, 5]);
        Tape<double> tape = new();
        (Value<double> h, Value<double>? c) = start.For(tape.Input(Make.Normal(1, 5, 2, 2)));
        Assert.Equal("[1, 2, 2]", h.Data.Shape());
        Assert.Equal([1.0, 2, 1, 2], h.Data.ToArray());
        Assert.Equal([3.0, 4, 5, 3, 4, 5], c!.Data.ToArray());
        tape.Backward((h, Tensors.Of([1.0, 2, 10, 20], 1, 2, 2)));
        Assert.Equal([11.0, 22], start["h"].Gradient);
        Assert.Equal([0.0, 0, 0], start["c"].Gradient);
    }

    [Fact]
    public void It_begins_at_zero_and_a_layer_without_cell_state_has_none()
    {
        InitialState<double> start = new(new Gru<double>(2, 3)) { Initializer = Initializer.Xavier };
        start["h"].Set([1.0, 2, 3]);
        start.Initialize(3);
        Assert.Equal([0.0, 0, 0], start["h"].Values);
        Assert.Null(start.For(new Tape<double>().Input(Make.Normal(1, 2, 2))).C);
        Assert.Throws<ShapeException>(() => start.For(new Tape<double>().Input(Make.Normal(1, 2, 2, 2, 2))));
    }

    private sealed class Started<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Recurrent<T> _layer;
        private readonly InitialState<T> _start;

        public Started(Recurrent<T> layer)
        {
            _layer = layer;
            _start = new(layer);
        }

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            (Value<T> h, Value<T>? c) = _start.For(inputs[0]);
            return _layer.ForwardWithStates(inputs[0], h, c).Y;
        }
    }
}

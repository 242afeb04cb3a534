using System.Numerics;
using Xunit;

namespace LstmLab.Tests.Layers;

public class AddTests
{
    [Fact]
    public void Gradients_float_allocations_and_batches()
    {
        LayerChecks.Run(
            () => new Add<double>(), () => new Add<float>(),
            [LayerChecks.Input(1, [4, 2], 4, 2, 3), LayerChecks.Input(2, [4, 2], 4, 2, 3), LayerChecks.Input(3, [4, 2], 4, 2, 3)]);
        LayerChecks.Run(() => new Residual<double>(), () => new Residual<float>(), [LayerChecks.Input(4, 5, 3)]);
    }

    [Fact]
    public void Shapes_must_be_equal()
    {
        Tape<double> tape = new();
        Value<double> x = tape.Input(Make.Normal(1, 4, 2, 3)), wide = tape.Input(Make.Normal(2, 4, 2, 1));
        string message = Assert.Throws<ShapeException>(() => new Add<double>().Forward(x, wide)).Message;
        Assert.Contains("[4, 2, 3]", message, StringComparison.Ordinal);
        Assert.Contains("[4, 2, 1]", message, StringComparison.Ordinal);
    }

    private sealed class Residual<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Dense<T> _map = new(3, 3);
        private readonly Add<T> _add = new();

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) =>
            _add.Forward(inputs[0], _map.Forward(inputs[0]), inputs[0]);
    }
}

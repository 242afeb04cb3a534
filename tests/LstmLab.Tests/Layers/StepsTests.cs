using System.Numerics;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>StepAt and StackSteps.</summary>
public class StepsTests
{
    [Fact]
    public void Gradients_float_allocations_and_batches()
    {
        LayerChecks.Run(() => new Mirror<double>(false), () => new Mirror<float>(false), [LayerChecks.Input(1, 4, 2, 3)]);
        LayerChecks.Run(() => new Mirror<double>(true), () => new Mirror<float>(true), [LayerChecks.Input(1, 4, 2, 3)]);
    }

    [Fact]
    public void Steps_are_taken_and_stacked_in_order_and_lengths_are_those_given()
    {
        Tape<double> tape = new();
        StepAt<double> step = new();
        Value<double> x = tape.Input(Tensors.Fill(n => (double)n, 3, 2, 2), [3, 1]), last = step.At(x, 2), first = step.At(x, 0);
        Assert.Equal("[1, 2, 2]", last.Data.Shape());
        Assert.Equal([8.0, 9, 10, 11], last.Data.ToArray());
        Assert.Null(last.Lengths);
        Value<double> y = new StackSteps<double>().Stack([last, first], [2, 1]);
        Assert.Equal("[2, 2, 2]", y.Data.Shape());
        Assert.Equal([8.0, 9, 10, 11, 0, 1, 2, 3], y.Data.ToArray());
        Assert.Equal([2, 1], y.Lengths);
    }

    [Fact]
    public void Rows_are_stacked_too()
    {
        Tape<double> tape = new();
        Value<double> row = tape.Input(Tensors.Of([1.0, 2], 2, 1));
        Assert.Equal("[3, 2, 1]", new StackSteps<double>().Forward(row, row, row).Data.Shape());
    }

    [Fact]
    public void Wrong_steps_shapes_and_lengths_are_refused()
    {
        Tape<double> tape = new();
        Value<double> x = tape.Input(Make.Normal(1, 3, 2, 2));
        Value<double> row = tape.Input(Make.Normal(1, 2, 2)), wide = tape.Input(Make.Normal(1, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepAt<double>().At(x, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepAt<double>().At(x, -1));
        LayerChecks.Refused("[T, B, I]", () => new StepAt<double>().At(row, 0));
        LayerChecks.Refused("[2, 3]", () => new StackSteps<double>().Forward(row, wide));
        LayerChecks.Refused("[3, 2, 2]", () => new StackSteps<double>().Forward(x, x));
        Assert.Throws<ShapeException>(() => new StackSteps<double>().Stack([row, row], [3, 1]));
        Assert.Throws<ArgumentException>(() => new StackSteps<double>().Stack([]));
    }

    // The steps in reverse order, one of them twice, and the whole sequence through another layer.
    private sealed class Mirror<T>(bool recurrent) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Module<T> _layer = recurrent ? new Lstm<T>(3, 2) : new Tanh<T>();
        private readonly StepAt<T> _step = new();
        private readonly StackSteps<T> _stack = new();
        private readonly Concat<T> _both = new();
        private readonly List<Value<T>> _steps = [];

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            _steps.Clear();
            for (int t = 3; t >= 0; t--) _steps.Add(_layer.Forward(_step.At(inputs[0], Math.Max(t, 1))));
            _steps[3] = _layer.Forward(_step.At(inputs[0], 0));
            return _both.Forward(_stack.Stack(_steps), _layer.Forward(inputs[0]));
        }
    }
}

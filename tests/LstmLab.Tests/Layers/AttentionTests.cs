using System.Numerics;
using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

public class AttentionTests
{
    public static TheoryData<string> Names => ["additive", "dot", "scaled dot"];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_float_allocations_and_batches(string name)
    {
        Input<double> queries = LayerChecks.Input(1, [2, 3, 1], 3, 3, 4), single = LayerChecks.Input(4, 3, 4);
        Input<double> keys = LayerChecks.Input(2, [5, 1, 3], 5, 3, 4), values = LayerChecks.Input(3, [5, 1, 3], 5, 3, 6);
        LayerChecks.Run(() => new Reader<double>(name), () => new Reader<float>(name), [queries, keys, values], cuts: false);
        LayerChecks.Run(() => new Reader<double>(name), () => new Reader<float>(name), [queries, keys], cuts: false);
        LayerChecks.Run(() => new Reader<double>(name), () => new Reader<float>(name), [single, keys with { Lengths = null }]);
        LayerChecks.Run(() => new Reader<double>(name).Attention, () => new Reader<float>(name).Attention, [queries, keys, values]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_of_a_layer_that_is_called_at_every_step(string name)
    {
        Input<double>[] inputs = [LayerChecks.Input(1, 4, 2, 4), LayerChecks.Input(2, [5, 2], 5, 2, 4)];
        LayerChecks.Run(() => new StepByStep<double>(name), () => new StepByStep<float>(name), inputs, cuts: false);
    }

    [Theory, MemberData(nameof(Names))]
    public void Called_at_every_step_it_gives_the_bits_of_one_call(string name)
    {
        Input<double>[] inputs = [LayerChecks.Input(1, 4, 2, 4), LayerChecks.Input(2, [5, 2], 5, 2, 4)];
        double[] once = LayerChecks.Forward(LayerChecks.Randomized(new Reader<double>(name)), inputs, Pass.Predict).Data.ToArray();
        double[] steps = LayerChecks.Forward(LayerChecks.Randomized(new StepByStep<double>(name)), inputs, Pass.Predict).Data.ToArray();
        Assert.Equal(once, steps);
    }

    [Theory, MemberData(nameof(Names))]
    public void Weights_sum_to_1_and_are_0_beyond_the_length(string name)
    {
        Reader<double> reader = new(name);
        LayerChecks.Randomized(reader);
        Tensor<double> keys = Make.Normal(2, 5, 2, 4);
        for (int n = 0; n < 4; n++) keys[3, 1, n] = double.NaN;
        (Value<double> contexts, Value<double> weights) = reader.Attend(new Tape<double>(), Make.Normal(1, 3, 2, 4), keys, [5, 3]);
        double[] numbers = weights.Data.ToArray();
        Assert.Equal("[3, 2, 5]", weights.Data.Shape());
        for (int row = 0; row < 6; row++)
        {
            double[] of = numbers[(row * 5)..((row + 1) * 5)];
            Assert.Equal(1, of.Sum(), 1e-14);
            if (row % 2 == 1) Assert.Equal([0.0, 0], of[3..]);
            else Assert.All(of, weight => Assert.True(weight > 0));
        }

        Assert.All(contexts.Data.ToArray(), number => Assert.True(double.IsFinite(number)));
    }

    [Theory]
    [InlineData("additive", 0.46211715726000975)]
    [InlineData("dot", 1)]
    [InlineData("scaled dot", 0.7071067811865475)]
    public void Scores_are_those_of_the_formula(string name, double difference)
    {
        Reader<double> reader = new(name, width: 2);
        foreach (Parameter<double> parameter in reader.Parameters) parameter.Set(parameter.Values.Length == 4 ? [1.0, 0, 0, 1] : [1.0, 1]);
        Tensor<double> query = name == "additive" ? Tensors.Of([0.0, 0], 1, 2) : Tensors.Of([2.0, 7], 1, 2);
        (_, Value<double> weights) = reader.Attend(new Tape<double>(), query, Tensors.Of([0.5, 0, 0, 0], 2, 1, 2), null);
        Assert.Equal(1 / (1 + Math.Exp(-difference)), weights.Data.ToArray()[0], 1e-15);
    }

    [Theory, MemberData(nameof(Names))]
    public void Wrong_shapes_are_refused(string name)
    {
        void Refused(string part, int[] queries, int[] keys, int[] values)
        {
            Tape<double> tape = new();
            Value<double>[] inputs = [.. new[] { queries, keys, values }.Select(shape => tape.Input(Make.Normal(1, shape)))];
            LayerChecks.Refused(part, () => new Reader<double>(name).Forward(inputs));
        }

        Refused("queries", [3, 2, 5], [5, 2, 4], [5, 2, 4]);
        Refused("queries", [3, 1, 4], [5, 2, 4], [5, 2, 4]);
        Refused("keys", [3, 2, 4], [5, 2, 3], [5, 2, 4]);
        Refused("keys", [3, 2, 4], [5, 4], [5, 2, 4]);
        Refused("values", [3, 2, 4], [5, 2, 4], [4, 2, 4]);
        Assert.Throws<ArgumentException>(() => new Reader<double>(name).Forward(Make.Normal(1, 3, 2, 4), Pass.Predict));
    }

    // Contexts and weights side by side, so that both send gradients back.
    private sealed class Reader<T>(string name, int width = 4) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public Module<T> Attention { get; } = name switch
        {
            "additive" => new AdditiveAttention<T>(width, width, width == 2 ? 2 : 5),
            "dot" => new DotAttention<T>(),
            _ => new DotAttention<T>(scaled: true),
        };

        private readonly Concat<T> _both = new();

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            if (inputs.Length == 1) return Attention.Forward(inputs);
            (Value<T> contexts, Value<T> weights) = Attend(inputs[0], inputs[1], inputs.Length == 3 ? inputs[2] : null);
            return _both.Forward(contexts, weights);
        }

        public (Value<T> Contexts, Value<T> Weights) Attend(Value<T> queries, Value<T> keys, Value<T>? values) => Attention switch
        {
            AdditiveAttention<T> additive => additive.Attend(queries, keys, values),
            _ => ((DotAttention<T>)Attention).Attend(queries, keys, values),
        };

        public (Value<T> Contexts, Value<T> Weights) Attend(Tape<T> tape, Tensor<T> queries, Tensor<T> keys, int[]? lengths)
        {
            _ = Parameters;
            return Attend(tape.Input(queries), tape.Input(keys, lengths), null);
        }
    }

    private sealed class StepByStep<T>(string name) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Reader<T> _reader = new(name);
        private readonly StepAt<T> _step = new();
        private readonly StackSteps<T> _stack = new();
        private readonly List<Value<T>> _steps = [];

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            _steps.Clear();
            for (int u = 0; u < inputs[0].Data.Lengths[0]; u++) _steps.Add(_reader.Forward(_step.At(inputs[0], u), inputs[1]));
            return _stack.Stack(_steps, inputs[0].Lengths);
        }
    }
}

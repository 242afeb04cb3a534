using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Tests.Formats;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>Encoder-decoder models with attention, written as a user would: the whole target at once, and step by step with input
/// feeding.</summary>
public class EncoderDecoderTests
{
    private const int Classes = 6, Start = Classes;
    private static readonly SoftmaxCrossEntropy Loss = new();

    public static TheoryData<string> Names => [.. Models<double>().Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_are_right_with_dropout_active(string name)
    {
        Module<double> model = Models<double>()[name]();
        Dataset<double> samples = Reversals<double>(seed: 1, count: 3, longest: 3);
        GradientReport report = GradientCheck.Run(model, samples, Loss, pass: Pass.Train(seed: 5, step: 2)).RequirePassed();
        Assert.Equal(model.Parameters.Count, report.Rows.Count);
        Assert.All(report.Rows, row => Assert.True(row.LargestGradient > 1e-6, row.Name));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_repeated_step_allocates_nothing(string name)
    {
        Trainer<float> trainer = new(Models<float>()[name](), Loss, new Adam(0.01)) { Clipping = new ClipByNorm(1) };
        Dataset<float> samples = Reversals<float>(seed: 1, count: 4, longest: 5);
        for (int n = 0; n < 3; n++) trainer.Step(samples);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < 3; n++) trainer.Step(samples);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory, MemberData(nameof(Names))]
    public void An_answer_does_not_depend_on_the_batch(string name)
    {
        Module<float> model = Models<float>()[name]();
        Dataset<float> samples = Reversals<float>(seed: 2, count: 7, longest: 6);
        List<Input<float>> inputs = [new(samples.X, samples.Lengths), .. samples.More];
        Assert.Equal(model.Predict(inputs).ToArray(), model.Predict(inputs, batchSize: 2).ToArray());
    }

    // Both models get the same batches, and the one without attention as many weights.
    [Fact]
    public void Attention_learns_to_reverse_what_a_model_without_it_does_not()
    {
        Translator<float> with = new(size: 16, dropout: 0);
        Plain<float> without = new(size: 17);
        Assert.InRange(without.ParameterCount / (double)with.ParameterCount, 1, 1.2);
        double lossWith = Trained(with), lossWithout = Trained(without);
        TestContext.Current.SendDiagnosticMessage($"with attention {lossWith}, without {lossWithout}");
        Assert.True(lossWith < 0.15, $"{lossWith}");
        Assert.True(lossWithout > 0.3, $"{lossWithout}");
    }

    [Fact]
    public void A_stopped_training_goes_on_to_the_same_bits()
    {
        using TemporaryFolder folder = new();
        Dataset<float> samples = Reversals<float>(seed: 3, count: 12, longest: 4);
        float[] Run(string name, int epochs, Checkpoints? checkpoints)
        {
            Module<float> model = Models<float>()[name]();
            model.Train(samples, Loss, new Adam(0.01), epochs, batchSize: 5, seed: 3, checkpoints: checkpoints);
            return [.. model.Parameters.SelectMany(parameter => parameter.Values)];
        }

        foreach (string name in Models<float>().Keys)
        {
            Run(name, 2, new(folder[name]));
            Assert.Equal(Run(name, 5, null), Run(name, 5, new(folder[name])));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Weights_are_saved_and_loaded_by_name(string name)
    {
        using TemporaryFolder folder = new();
        Module<float> saved = Models<float>()[name](), loaded = Models<float>()[name]();
        saved.Initialize(7);
        Dataset<float> samples = Reversals<float>(seed: 2, count: 3, longest: 4);
        List<Input<float>> inputs = [new(samples.X, samples.Lengths), .. samples.More];
        float[] answers = saved.Predict(inputs).ToArray();
        Assert.NotEqual(answers, loaded.Predict(inputs).ToArray());
        Safetensors.Save(saved, folder["model.safetensors"]);
        loaded.LoadWeights(folder["model.safetensors"]);
        Assert.Equal(answers, loaded.Predict(inputs).ToArray());
    }

    [Fact]
    public void A_module_used_twice_adds_both_gradients()
    {
        Twice<double> model = new();
        Tensor<double> x = Make.Normal(1, 4, 2, 3), dY = Make.Normal(2, 4, 2, 3);
        GradientCheck.Run(model, new(x, Make.Normal(3, 4, 2, 3)), new MeanSquaredError()).RequirePassed();
        Assert.Equal(model.Inner.Parameters.Count, model.Parameters.Count);

        model.ClearGradients();
        Tensor<double> first = model.Inner.Forward(x, Pass.PredictWithGradient).Copy();
        model.Inner.Forward(first, Pass.PredictWithGradient);
        Tensor<double> dFirst = model.Inner.Backward(dY).Copy();
        model.Inner.Forward(x, Pass.PredictWithGradient);
        model.Inner.Backward(dFirst);
        double[][] oneByOne = [.. model.Inner.Parameters.Select(parameter => (double[])parameter.Gradient.Clone())];

        model.ClearGradients();
        model.Forward(x, Pass.PredictWithGradient);
        model.Backward(dY);
        Assert.Equal(oneByOne, model.Parameters.Select(parameter => parameter.Gradient));
    }

    private static double Trained(Module<float> model)
    {
        Trainer<float> trainer = new(model, Loss, new Adam(0.02)) { Clipping = new ClipByNorm(1) };
        for (ulong step = 0; step < 500; step++) trainer.Step(Reversals<float>(seed: 100 + step, count: 32, longest: 12));
        return model.Evaluate(Reversals<float>(seed: 9, count: 100, longest: 12), Loss);
    }

    private static Dictionary<string, Func<Module<T>>> Models<T>() where T : struct, IBinaryFloatingPointIeee754<T> => new()
    {
        ["the whole target at once"] = () => new Translator<T>(4, 0.3),
        ["bidirectional"] = () => new BidirectionalTranslator<T>(3),
        ["step by step with input feeding"] = () => new StepByStepTranslator<T>(4, 0.3),
    };

    // Class sequences of 1 … longest steps, the target in reverse order; the decoder sees a start sign and the target one step late.
    private static Dataset<T> Reversals<T>(ulong seed, int count, int longest) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RandomStream random = new(seed, "reversals");
        int[] lengths = [.. Enumerable.Range(0, count).Select(n => n == 0 ? longest : 1 + random.NextInt(longest))];
        Tensor<T> source = Tensors.Zeros<T>(longest, count, 1), target = Tensors.Like(source), late = Tensors.Like(source);
        for (int b = 0; b < count; b++)
        {
            for (int t = 0; t < lengths[b]; t++)
            {
                source[t, b, 0] = T.CreateChecked(random.NextInt(Classes));
                target[lengths[b] - 1 - t, b, 0] = source[t, b, 0];
            }

            late[0, b, 0] = T.CreateChecked(Start);
            for (int t = 1; t < lengths[b]; t++) late[t, b, 0] = target[t - 1, b, 0];
        }

        return new(source, target, lengths) { More = [new(late, lengths)] };
    }

    private sealed class Translator<T>(int size, double dropout) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Embedding<T> _source = new(Classes, size), _target = new(Classes + 1, size);
        private readonly Lstm<T> _encoder = new(size, size), _decoder = new(size, size);
        private readonly DotAttention<T> _attention = new();
        private readonly Concat<T> _concat = new();
        private readonly Dropout<T> _dropout = new(dropout);
        private readonly Dense<T> _answer = new(2 * size, Classes);

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            (Value<T> keys, Value<T> h, Value<T>? c) = _encoder.ForwardWithStates(_dropout.Forward(_source.Forward(inputs[0])), null);
            Value<T> states = _decoder.ForwardWithStates(_dropout.Forward(_target.Forward(inputs[1])), h, c).Y;
            Value<T> contexts = _attention.Attend(states, keys).Contexts;
            return _answer.Forward(_dropout.Forward(_concat.Forward(states, contexts)));
        }
    }

    private sealed class BidirectionalTranslator<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Embedding<T> _source, _target;
        private readonly Lstm<T> _encoder, _decoder;
        private readonly InitialState<T> _start;
        private readonly AdditiveAttention<T> _attention;
        private readonly Concat<T> _concat = new();
        private readonly LayerNorm<T> _norm;
        private readonly Dropout<T> _dropout = new(0.2);
        private readonly Dense<T> _answer;

        public BidirectionalTranslator(int size)
        {
            _source = new(Classes, size);
            _target = new(Classes + 1, size);
            _encoder = new(size, size, layers: 2, bidirectional: true, dropout: 0.2);
            _decoder = new(size, size);
            _start = new(_decoder);
            _attention = new(size, 2 * size, size);
            _norm = new(3 * size);
            _answer = new(3 * size, Classes);
        }

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            Value<T> keys = _encoder.Forward(_source.Forward(inputs[0])), target = _target.Forward(inputs[1]);
            (Value<T> h0, Value<T>? c0) = _start.For(target);
            Value<T> states = _decoder.ForwardWithStates(target, h0, c0).Y;
            Value<T> contexts = _attention.Attend(states, keys).Contexts;
            return _answer.Forward(_dropout.Forward(_norm.Forward(_concat.Forward(states, contexts))));
        }
    }

    // Each step reads the context that the state before it attends to.
    private sealed class StepByStepTranslator<T>(int size, double dropout) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Embedding<T> _source = new(Classes, size), _target = new(Classes + 1, size);
        private readonly Lstm<T> _encoder = new(size, size), _decoder = new(2 * size, size);
        private readonly AdditiveAttention<T> _attention = new(size, size, size);
        private readonly StepAt<T> _step = new();
        private readonly StackSteps<T> _stack = new();
        private readonly Concat<T> _concat = new();
        private readonly Dropout<T> _dropout = new(dropout);
        private readonly Dense<T> _answer = new(2 * size, Classes);
        private readonly List<Value<T>> _outputs = [];

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            (Value<T> keys, Value<T> h, Value<T>? c) = _encoder.ForwardWithStates(_source.Forward(inputs[0]), null);
            Value<T> target = _target.Forward(inputs[1]);
            _outputs.Clear();
            for (int u = 0; u < target.Data.Lengths[0]; u++)
            {
                Value<T> context = _attention.Attend(h, keys).Contexts;
                (Value<T> y, h, c) = _decoder.ForwardWithStates(_dropout.Forward(_concat.Forward(_step.At(target, u), context)), h, c);
                _outputs.Add(_concat.Forward(y, context));
            }

            return _answer.Forward(_stack.Stack(_outputs, inputs[1].Lengths));
        }
    }

    // The decoder knows the encoder's last states alone.
    private sealed class Plain<T>(int size) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        private readonly Embedding<T> _source = new(Classes, size), _target = new(Classes + 1, size);
        private readonly Lstm<T> _encoder = new(size, size), _decoder = new(size, size);
        private readonly Dense<T> _answer = new(size, Classes);

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
        {
            (_, Value<T> h, Value<T>? c) = _encoder.ForwardWithStates(_source.Forward(inputs[0]), null);
            return _answer.Forward(_decoder.ForwardWithStates(_target.Forward(inputs[1]), h, c).Y);
        }
    }

    private sealed class Twice<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public Model<T> Inner { get; } = new(3, new Lstm<T>(3, 4), new Dense<T>(4, 3), new Tanh<T>());

        public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) => Inner.Forward(Inner.Forward(inputs[0]));
    }
}

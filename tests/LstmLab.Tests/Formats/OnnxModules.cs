namespace LstmLab.Tests.Formats;

/// <summary>Models of one input with 4 features and 5 steps, which together call every layer.</summary>
internal static class OnnxModules
{
    public static IReadOnlyDictionary<string, Func<Module<float>>> All { get; } = new Dictionary<string, Func<Module<float>>>
    {
        ["activations"] = () => new Model<float>(
            new Dense<float>(4, 4), new Relu<float>(), new Dense<float>(4, 4), new Tanh<float>(), new Dense<float>(4, 4), new Gelu<float>(), new Sigmoid<float>(),
            new LayerNorm<float>(4), new Gru<float>(4, 3)),
        ["softmax"] = () => new Model<float>(new Gru<float>(4, 3), new Softmax<float>()),
        ["log-softmax"] = () => new Model<float>(new Gru<float>(4, 3, returnSequences: false), new LogSoftmax<float>()),
        ["sum"] = () => new Model<float>(new SumOverTime<float>(), new Dense<float>(4, 2)),
        ["mean"] = () => new Model<float>(new Lstm<float>(4, 3), new MeanOverTime<float>()),
        ["max"] = () => new Model<float>(new Dense<float>(4, 3), new MaxOverTime<float>()),
        ["last"] = () => new Model<float>(new Lstm<float>(4, 3, layers: 2, bidirectional: true), new LastStep<float>()),
        ["valid"] = () => new Model<float>(new Dense<float>(4, 2, bias: false), new Conv1d<float>(2, 3, 1), new Gru<float>(3, 2)),
        ["same"] = () => new Model<float>(new Conv1d<float>(4, 3, 4, stride: 2, padding: Padding.Same), new Gru<float>(3, 2), new MeanOverTime<float>()),
        ["causal"] = () => new Model<float>(new Conv1d<float>(4, 3, 3, padding: Padding.Causal, bias: false), new LastStep<float>()),
        ["residual"] = () => new Code((x, parts) => parts[2].Forward(x[0], parts[1].Forward(parts[0].Forward(x[0]))), new Gru<float>(4, 3), new Dense<float>(3, 4), new Add<float>()),
        ["dot"] = () => new Code((x, parts) => ((DotAttention<float>)parts[1]).Attend(parts[0].Forward(x[0]), x[0]).Contexts, new Gru<float>(4, 4), new DotAttention<float>()),
        ["scaled dot of one query"] = () => new Code(
            (x, parts) => ((DotAttention<float>)parts[1]).Attend(parts[0].Forward(x[0]), x[0]).Contexts,
            new Gru<float>(4, 4, returnSequences: false), new DotAttention<float>(scaled: true)),
        ["additive weights"] = () => new Code(
            (x, parts) => ((AdditiveAttention<float>)parts[1]).Attend(parts[0].Forward(x[0]), x[0]).Weights,
            new Gru<float>(4, 3), new AdditiveAttention<float>(3, 4, 5)),
        ["states"] = () => new Code(States, new Lstm<float>(4, 3, layers: 2, bidirectional: true), new Lstm<float>(4, 3, layers: 2, bidirectional: true), new Concat<float>()),
        ["steps"] = Steps,
    };

    // The final states of one layer are where another begins.
    private static Value<float> States(Value<float>[] x, Module<float>[] parts)
    {
        (_, Value<float> h, Value<float>? c) = ((Lstm<float>)parts[0]).ForwardWithStates(x[0], null);
        (_, Value<float> h1, Value<float>? c1) = ((Lstm<float>)parts[1]).ForwardWithStates(x[0], h, c);
        return parts[2].Forward(h1, c1!);
    }

    // A loop in code, from learned states, with its own answer fed back.
    private static Code Steps()
    {
        Lstm<float> cell = new(6, 3);
        InitialState<float> start = new(cell);
        foreach (Parameter<float> state in start.Parameters) Array.Fill(state.Values, 0.3f);
        return new Code(
            (x, parts) =>
            {
                (Value<float> h, Value<float>? c) = ((InitialState<float>)parts[1]).For(x[0]);
                Value<float> fed = parts[2].Forward(((StepAt<float>)parts[4]).At(x[0], 0));
                List<Value<float>> answers = [];
                for (int t = 0; t < 5; t++)
                {
                    Value<float> step = parts[5].Forward(((StepAt<float>)parts[4]).At(x[0], t), fed);
                    (Value<float> y, h, c) = ((Lstm<float>)parts[0]).ForwardWithStates(step, h, c);
                    answers.Add(fed = parts[3].Forward(y));
                }

                return ((StackSteps<float>)parts[6]).Stack(answers);
            },
            cell, start, new Dense<float>(4, 2), new Dense<float>(3, 2), new StepAt<float>(), new Concat<float>(), new StackSteps<float>());
    }

    /// <summary>A model by a function of its inputs and parts.</summary>
    public sealed class Code(Func<Value<float>[], Module<float>[], Value<float>> forward, params Module<float>[] parts) : Module<float>
    {
        private readonly Module<float>[] parts = parts;

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs) => forward(inputs.ToArray(), parts);
    }
}

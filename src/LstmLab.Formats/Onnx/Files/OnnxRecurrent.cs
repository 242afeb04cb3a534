using System.Numerics;

namespace LstmLab.Formats;

/// <summary>An LSTM, GRU or RNN node with its constants, checked, to become a layer.</summary>
internal sealed class OnnxRecurrent
{
    private static readonly string[] DirectionNames = ["forward", "reverse", "bidirectional"];

    private readonly string _operator;
    private readonly OnnxArray _w, _r;
    private readonly OnnxArray? _b, _p;
    private readonly double[]? _h, _c;
    private readonly int[]? _lengths;
    private readonly string _direction;
    private readonly Activation[] _activations;
    private readonly bool _coupled, _linearBeforeReset, _isStandard;

    /// <summary>Reads the node's attributes and constants.</summary>
    /// <param name="node">The node.</param>
    /// <param name="constant">The constant at an input; null for one left out.</param>
    /// <param name="state">An initial state at an input, its numbers [D, B, H] or [B, D, H], or one for all; null for zeros.</param>
    /// <param name="lengths">Lengths that come with the graph, or null.</param>
    public OnnxRecurrent(OnnxNode node, Func<int, OnnxArray?> constant, Func<int, OnnxArray?> state, int[]? lengths)
    {
        _operator = node.Operator;
        int gates = _operator switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        IsBatchFirst = node.Int("layout", 0) == 1;
        _direction = node.Text("direction", "forward");
        if (!DirectionNames.Contains(_direction))
            throw node.Bad("direction", "forward, reverse or bidirectional", ModelFileException.Shown(_direction));
        Directions = _direction == "bidirectional" ? 2 : 1;
        (_w, _r) = (Required(node, constant, 1, "W"), Required(node, constant, 2, "R"));
        (HiddenSize, InputSize) = (_r.Dims is [_, _, var h] ? h : 0, _w.Dims is [_, _, var i] ? i : 0);
        if (HiddenSize < 1 || InputSize < 1)
        {
            throw node.Bad(
                "its W and R", "[D, G·H, I] and [D, G·H, H] with lengths from 1 on",
                $"{Tensors.Show(_w.Dims)} and {Tensors.Show(_r.Dims)}");
        }
        RequireShape(node, "W", _w, Directions, (long)gates * HiddenSize, InputSize);
        RequireShape(node, "R", _r, Directions, (long)gates * HiddenSize, HiddenSize);
        if (node.Int("hidden_size", HiddenSize) != HiddenSize)
            throw node.Bad("hidden_size", $"{HiddenSize}, as R has it", $"{node.Int("hidden_size", 0)}");
        if ((_b = constant(3)) is not null) RequireShape(node, "B", _b, Directions, 2L * gates * HiddenSize);
        _h = State(node, state(5), "initial_h");
        if (_operator == "LSTM")
        {
            _c = State(node, state(6), "initial_c");
            if ((_p = constant(7)) is not null) RequireShape(node, "P", _p, Directions, 3L * HiddenSize);
        }

        _lengths = lengths;
        _coupled = _operator == "LSTM" && node.Int("input_forget", 0) != 0;
        _linearBeforeReset = _operator == "GRU" && node.Int("linear_before_reset", 0) != 0;
        Activation[] ofDirection = OnnxGates.StandardFunctions(_operator);
        Activation[] standard = [.. Enumerable.Repeat(ofDirection, Directions).SelectMany(functions => functions)];
        _activations = Activations(node, standard);
        _isStandard = _activations.SequenceEqual(standard) && !_coupled;
        node.Spend((long)_w.Count + _r.Count + (_b?.Count ?? 0) + (_h?.Length ?? 0) + (_c?.Length ?? 0));
    }

    public int InputSize { get; }

    public int HiddenSize { get; }

    public int Directions { get; }

    /// <summary>The activation functions of all directions, with their parameters.</summary>
    public IReadOnlyList<string> ActivationNames => [.. _activations.Select(one => $"{one.Name}{(Activation.HasAlpha(one.Name)
        ? $"({one.Alpha}{(Activation.HasBeta(one.Name) ? $", {one.Beta}" : "")})" : "")}")];

    /// <summary>Whether the node has a cell state.</summary>
    public bool HasCell => _operator == "LSTM";

    /// <summary>Whether sequences and states are batch-major (layout 1).</summary>
    public bool IsBatchFirst { get; }

    /// <summary>Whether the last of all hidden states is the final state of every sequence: read forward, to the common end.</summary>
    public bool EndsTogether { get; init; }

    /// <summary>Whether lengths come when the graph runs, so that an empty sequence must end in zeros as ONNX has it.</summary>
    public bool TakesLengths { get; init; }

    /// <summary>The smallest layer that computes the node, and what overwrites its weights.</summary>
    public (Layer<T> Layer, Action<Layer<T>> Assign) Layer<T>(bool returnSequences) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        bool isOpen = _h is null && _c is null && _lengths is null && !TakesLengths;
        bool isPlain = _isStandard && _p is null && _direction != "reverse" && isOpen;
        if (isPlain && _operator == "LSTM")
        {
            return (
                new Lstm<T>(InputSize, HiddenSize, 1, Directions == 2, _b is not null, returnSequences: returnSequences), AssignBlocks<T>);
        }
        if (isPlain && _linearBeforeReset)
        {
            return (
                new Gru<T>(InputSize, HiddenSize, 1, Directions == 2, _b is not null, returnSequences: returnSequences), AssignBlocks<T>);
        }
        Cell<T>[] cells = [.. Enumerable.Range(0, Directions).Select(Cell<T>)];
        Layer<T> layer = _direction == "forward" && isOpen
            ? new CellLayer<T>(cells[0], returnSequences)
            : new OnnxLayer<T>(cells, _direction == "reverse", returnSequences, Initial<T>(), _lengths);
        return (layer, _ => AssignCells(cells));
    }

    private int[] Order => _operator switch { "LSTM" => OnnxGates.Lstm, "GRU" => OnnxGates.Gru, _ => OnnxGates.Rnn };

    private Cell<T> Cell<T>(int d) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<Activation> f = _activations.AsSpan(d * _activations.Length / Directions, _activations.Length / Directions);
        return _operator switch
        {
            "LSTM" when !_isStandard => new LstmVariantCell<T>(InputSize, HiddenSize, f[0], f[1], f[2], _coupled, _p is not null),
            "LSTM" => _p is null ? new StandardCell<T>(InputSize, HiddenSize) : new PeepholeCell<T>(InputSize, HiddenSize),
            "GRU" when _linearBeforeReset => new GruCell<T>(InputSize, HiddenSize, 2, f[0], f[1]),
            "GRU" => new ResetBeforeGruCell<T>(InputSize, HiddenSize, 2, f[0], f[1]),
            _ => new ElmanCell<T>(InputSize, HiddenSize, f[0]),
        };
    }

    // PyTorch's two biases are ONNX's two: nothing is added up.
    private void AssignBlocks<T>(Layer<T> layer) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int each = _b is null ? 2 : 4;
        for (int n = 0; n < layer.Parameters.Count; n++)
        {
            layer.Parameters[n].Set((n % each) switch
            {
                0 => Blocks<T>(_w, n / each),
                1 => Blocks<T>(_r, n / each),
                2 => Biases<T>(n / each).Input,
                _ => Biases<T>(n / each).Recurrent,
            });
        }
    }

    private void AssignCells<T>(Cell<T>[] cells) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        for (int d = 0; d < cells.Length; d++)
        {
            Cell<T> cell = cells[d];
            cell.W.Set(Blocks<T>(_w, d));
            cell.U.Set(Blocks<T>(_r, d));
            (T[] input, T[] recurrent) = Biases<T>(d);
            Parameter<T>? second = cell.Parameters.FirstOrDefault(parameter => parameter.Role == ParameterRole.RecurrentBias);
            cell.b.Set(second is null ? [.. input.Zip(recurrent, (onInput, onState) => onInput + onState)] : input);
            second?.Set(recurrent);
            if (_p is not null)
            {
                Parameter<T> peepholes = cell.Parameters.Single(parameter => parameter.Role == ParameterRole.Peephole);
                peepholes.Set(OnnxGates.FromOnnx<T>(Part(_p.To<T>(), d), OnnxGates.Peepholes));
            }
        }
    }

    private T[] Blocks<T>(OnnxArray array, int d) where T : struct, INumberBase<T> => OnnxGates.FromOnnx(Part(array.To<T>(), d), Order);

    private (T[] Input, T[] Recurrent) Biases<T>(int d) where T : struct, INumberBase<T>
    {
        int size = _w.Dims[1];
        if (_b is null) return (new T[size], new T[size]);
        ReadOnlySpan<T> both = Part(_b.To<T>(), d);
        return (OnnxGates.FromOnnx(both[..size], Order), OnnxGates.FromOnnx(both[size..], Order));
    }

    private ReadOnlySpan<T> Part<T>(T[] all, int d) => all.AsSpan(d * (all.Length / Directions), all.Length / Directions);

    private State<T>? Initial<T>() where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (_h is null && _c is null) return null;
        int length = Math.Max(_h?.Length ?? 0, _c?.Length ?? 0), batch = length / (Directions * HiddenSize);
        return new(Of(_h), _operator == "LSTM" ? Of(_c) : null);

        System.Numerics.Tensors.Tensor<T> Of(double[]? numbers) =>
            Tensors.Of(Array.ConvertAll(numbers ?? new double[length], T.CreateChecked), Directions, batch, HiddenSize);
    }

    // [D, B, H], or null for zeros.
    private double[]? State(OnnxNode node, OnnxArray? array, string name)
    {
        if (array is null || array.Values.All(value => value == 0)) return null;
        if (array.Dims.Length == 0) return [.. Enumerable.Repeat(array.Values[0], Directions * HiddenSize)];
        int directionAxis = IsBatchFirst ? 1 : 0;
        if (array.Dims.Length != 3 || array.Dims[directionAxis] != Directions || array.Dims[2] != HiddenSize)
            throw node.Bad(
                name, IsBatchFirst ? $"[B, {Directions}, {HiddenSize}]" : $"[{Directions}, B, {HiddenSize}]", Tensors.Show(array.Dims));
        int batch = array.Dims[1 - directionAxis];
        double[] numbers = new double[array.Count];
        for (int n = 0; n < numbers.Length; n++)
        {
            (int d, int b, int unit) = (n / (batch * HiddenSize), n / HiddenSize % batch, n % HiddenSize);
            numbers[n] = array.Values[IsBatchFirst ? (((b * Directions) + d) * HiddenSize) + unit : n];
        }

        return numbers;
    }

    private static Activation[] Activations(OnnxNode node, Activation[] standard)
    {
        string[]? names = node.Texts("activations");
        (Queue<float> alphas, Queue<float> betas) = (new(node.Floats("activation_alpha")), new(node.Floats("activation_beta")));
        if (names is not null && names.Length != standard.Length)
            throw node.Bad("activations", $"{standard.Length} names", $"{names.Length}");
        double clip = node.Float("clip", float.PositiveInfinity);
        if (!(clip > 0)) throw node.Bad("clip", "a limit above 0", $"{clip}");
        // The cell state of an LSTM, which the last of its three functions squashes, has no limit.
        bool IsOfCellState(int n) => node.Operator == "LSTM" && n % 3 == 2;
        names ??= [.. standard.Select(function => function.Name)];
        try
        {
            // Each function that has a parameter takes the next number of the list, as long as there are any.
            return [.. names.Select((name, n) => new Activation(
                name, Next(alphas, Activation.HasAlpha(name)), Next(betas, Activation.HasBeta(name)), IsOfCellState(n)
                    ? double.PositiveInfinity
                    : clip))];
        }
        catch (ArgumentException error)
        {
            throw node.Bad("activations", "functions of ONNX with their parameters", error.Message, error);
        }

        static double? Next(Queue<float> numbers, bool takes) => takes && numbers.TryDequeue(out float number) ? number : null;
    }

    private static OnnxArray Required(OnnxNode node, Func<int, OnnxArray?> constant, int input, string name) =>
        constant(input) ?? throw node.Bad(name, "weights", "none");

    private static void RequireShape(OnnxNode node, string name, OnnxArray array, params long[] expected)
    {
        if (!array.Dims.Select(length => (long)length).SequenceEqual(expected))
            throw node.Bad(name, $"[{string.Join(", ", expected)}]", Tensors.Show(array.Dims));
    }
}

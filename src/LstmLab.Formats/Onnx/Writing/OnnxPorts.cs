using System.Numerics;

namespace LstmLab.Formats;

/// <summary>The inputs and outputs of a graph: their names, types and shapes, with B and T left open.</summary>
internal sealed class OnnxPorts<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Value<T>[] _inputs, _outputs;
    private readonly Call<T>[] _calls;
    private readonly HashSet<Value<T>> _unrolled = [];

    public OnnxPorts(Value<T>[] inputs, Value<T>[] outputs, Call<T>[] calls)
    {
        _inputs = inputs;
        _outputs = outputs;
        _calls = calls;
        InputNames = [.. inputs.Select((input, n) => input.Name ?? (n == 0 ? "x" : $"x{n}"))];
        OutputNames = [.. outputs.Select(output => output.Name ?? "y")];
        // Steps that code counted are as many in every run of the graph. Layers and directions of a final state, which code may take one
        // by one, are no steps.
        foreach (Call<T> call in calls.Reverse())
        {
            IEnumerable<Value<T>> sequences = call.Layer is Recurrent<T> ? call.Outputs.Take(1) : call.Outputs;
            if (call.Layer is StepAt<T> || sequences.Any(_unrolled.Contains))
                foreach (Value<T>? input in call.Inputs.Where(input => input is not null)) _unrolled.Add(input!);
        }
    }

    public IReadOnlyList<string> InputNames { get; }

    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>Whether an input is class indexes alone, which are integers without the last axis in a graph.</summary>
    public bool IsIndex(Value<T> input)
    {
        Call<T>[] readers = [.. _calls.Where(call => call.Inputs.Contains(input))];
        return _inputs.Contains(input) && readers.Length > 0 && readers.All(call => call.Layer is Embedding<T>)
            && !_outputs.Contains(input);
    }

    public ValueInfoProto InfoOfInput(int n)
    {
        Value<T> input = _inputs[n];
        bool isState = _calls.Any(call => call.Layer is Recurrent<T> && call.Inputs.Skip(1).Contains(input));
        object time = isState || _unrolled.Contains(input) ? input.Data.Length(0) : n == 0 ? "T" : $"T{n}";
        int width = input.Data.Length(input.Data.Rank - 1);
        if (IsIndex(input))
            return input.Data.Rank == 3 ? Info(InputNames[n], OnnxArray.Int64, time, "B") : Info(InputNames[n], OnnxArray.Int64, "B");
        return input.Data.Rank == 3
            ? Info(InputNames[n], OnnxArray.Float, time, "B", width)
            : Info(InputNames[n], OnnxArray.Float, "B", width);
    }

    public ValueInfoProto InfoOfOutput(int n)
    {
        Value<T> output = _outputs[n];
        string name = OutputNames[n];
        Call<T>? maker = _calls.FirstOrDefault(call => call.Outputs.Contains(output));
        int port = maker is null ? 0 : maker.Outputs.ToList().IndexOf(output);
        object width = maker?.Layer is Attention<T> && port == 1 ? $"{name}_steps" : output.Data.Length(output.Data.Rank - 1);
        if (output.Data.Rank != 3) return Info(name, OnnxArray.Float, "B", width);
        bool isState = maker?.Layer is InitialState<T> || (maker?.Layer is Recurrent<T> && port > 0);
        bool keepsTime = _inputs.Length == 1 && !_calls.Any(call => call.Layer is Conv1d<T> or StackSteps<T> or StepAt<T>);
        return Info(name, OnnxArray.Float, isState ? output.Data.Length(0) : keepsTime ? "T" : $"{name}_T", "B", width);
    }

    public static ValueInfoProto Info(string name, int type, params object[] axes)
    {
        ShapeProto shape = new();
        foreach (object axis in axes)
            shape.Dim.Add(axis is int length ? new DimensionProto { DimValue = length } : new DimensionProto { DimParam = (string)axis });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } };
    }
}

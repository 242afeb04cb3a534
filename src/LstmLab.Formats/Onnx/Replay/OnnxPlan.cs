using System.Numerics;

namespace LstmLab.Formats;

/// <summary>A graph made ready to run: constants computed, layers made of nodes with weights, the other nodes in their order.</summary>
internal sealed class OnnxPlan<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly OnnxFile _file;
    private readonly OnnxPlan<T>? _outer;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxStep<T>> _products = new(StringComparer.Ordinal);
    private readonly List<OnnxStep<T>> _steps = [];

    /// <summary>Reads a graph.</summary>
    /// <param name="file">The file.</param>
    /// <param name="graph">The file's graph, or a branch in it.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="outer">The graph around a branch.</param>
    /// <exception cref="ModelFileException">A node is damaged.</exception>
    public OnnxPlan(OnnxFile file, GraphProto graph, IReadOnlyList<OnnxNode> nodes, OnnxPlan<T>? outer)
    {
        (_file, _outer) = (file, outer);
        Outputs = [.. graph.Output.Select(output => output.Name)];
        foreach (TensorProto tensor in graph.Initializer)
        {
            string place = $"initializer {ModelFileException.Shown(tensor.Name)}";
            Constants[tensor.Name] = new(outer is null ? file.Constants[tensor.Name] : OnnxArray.Of(file, tensor, place));
            _known.Add(tensor.Name);
        }

        foreach (ValueInfoProto input in graph.Input.Where(input => !Constants.ContainsKey(input.Name))) Define(input.Name, "input");
        foreach (string name in NamesReadBy(graph)) _uses[name] = _uses.GetValueOrDefault(name) + 1;
        foreach (OnnxNode node in nodes) Add(node);
        foreach (string name in Outputs)
            if (!IsKnown(name)) throw file.Bad($"output {ModelFileException.Shown(name)}", "a value that the graph makes", "none");
    }

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>What does not depend on an input.</summary>
    public Dictionary<string, OnnxDatum<T>> Constants { get; } = new(StringComparer.Ordinal);

    /// <summary>Values that are another one under a second name.</summary>
    public Dictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal);

    /// <summary>The nodes that depend on an input, those of branches too.</summary>
    public IEnumerable<OnnxStep<T>> Steps =>
        _steps.SelectMany(step => step.Branches.SelectMany(branch => branch.Value.Steps).Prepend(step));

    /// <summary>What gives the layers the weights of the file, to be called once they are part of a model.</summary>
    public List<Action> Assignments { get; } = [];

    /// <summary>Whether a node or output reads a value; branches read from around them.</summary>
    public bool Reads(string name) => _uses.ContainsKey(name);

    /// <summary>The names that nodes and outputs of a graph read, those of branches too, as often as they are read.</summary>
    public static IEnumerable<string> NamesReadBy(GraphProto graph) => graph.Node.SelectMany(node =>
        node.Input.Concat(node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => NamesReadBy(attribute.G))))
        .Concat(graph.Output.Select(output => output.Name));

    /// <summary>Runs a branch.</summary>
    /// <returns>Its outputs.</returns>
    public OnnxDatum<T>[] Run(OnnxScope<T> outer)
    {
        OnnxScope<T> scope = outer.Within(this);
        RunIn(scope);
        return [.. Outputs.Select(name => scope.Find(name)!)];
    }

    /// <summary>Runs the nodes on the values of a scope.</summary>
    public void RunIn(OnnxScope<T> scope)
    {
        foreach (OnnxStep<T> step in _steps)
            foreach ((string name, OnnxDatum<T> result) in Results(step, scope)) scope.Set(name, result);
    }

    // The results of a node by name: one that nothing reads may have no counterpart here.
    private IEnumerable<(string Name, OnnxDatum<T> Result)> Results(OnnxStep<T> step, OnnxScope<T> scope)
    {
        OnnxDatum<T>[] results = step.Run(scope);
        foreach ((int n, string name) in step.Node.Outputs.Index())
        {
            if (n < results.Length && name.Length > 0) yield return (name, results[n]);
            else if (Reads(name) && name.Length > 0)
                throw step.Node.Bad("its outputs", $"at most {results.Length}", $"{step.Node.Outputs.Count}");
        }
    }

    private bool IsKnown(string name) => _known.Contains(name) || (_outer?.IsKnown(name) ?? false);

    /// <summary>A constant by its name; null for what depends on an input.</summary>
    private OnnxArray? ConstantOf(string name) => Constants.GetValueOrDefault(name)?.Numbers ?? _outer?.ConstantOf(name);

    private void Define(string name, string place)
    {
        if (name.Length == 0 || !_known.Add(name))
            throw _file.Bad(
                place, "names of values that differ", name.Length == 0 ? "an empty one" : $"{ModelFileException.Shown(name)} twice");
    }

    private void Add(OnnxNode node)
    {
        foreach (string name in node.Inputs)
            if (name.Length > 0 && !IsKnown(name))
                throw node.Bad(
                    $"input {ModelFileException.Shown(name)}", "an input, a constant, or a result of a node before", "none of that name");
        OnnxStep<T> step = new(node, _file.Opset);
        if (node.Operator == "If")
        {
            foreach (string name in new[] { "then_branch", "else_branch" })
            {
                GraphProto branch = node.Graph(name) ?? throw node.Bad($"attribute '{name}'", "a graph", "none");
                OnnxNode[] nodes = [.. branch.Node.Select((inner, n) => new OnnxNode(_file, inner, n))];
                OnnxPlan<T> plan = new(_file, branch, nodes, this);
                step.Branches.Add((name, plan));
                Assignments.AddRange(plan.Assignments);
            }
        }

        bool isConstant = node.Operator is not ("If" or "LSTM" or "GRU" or "RNN")
            && node.Inputs.All(name => name.Length == 0 || ConstantOf(name) is not null);
        if (isConstant) Fold(step);
        else if (!FusesBias(node)) Prepare(step);
        foreach (string name in node.Outputs.Where(name => name.Length > 0)) Define(name, "node");
    }

    // Computes what depends on no input.
    private void Fold(OnnxStep<T> step)
    {
        OnnxScope<T> scope = ScopeOfConstants(new Tape<T>().Begin(Pass.Predict));
        foreach (string name in step.Node.Inputs.Where(name => name.Length > 0)) step.Node.Spend(ConstantOf(name)!.Count);
        try
        {
            foreach ((string name, OnnxDatum<T> result) in Results(step, scope)) Constants.TryAdd(name, new(result.Numbers));
        }
        catch (ShapeException error)
        {
            throw _file.Bad(step.Node.Place, "constants whose shapes fit", error.Message, error);
        }
    }

    private OnnxScope<T> ScopeOfConstants(Tape<T> tape) => new(_file, this, tape, _outer?.ScopeOfConstants(tape)) { IsBounded = true };

    // x W + b of two nodes is one layer.
    private bool FusesBias(OnnxNode node)
    {
        if (node.Operator != "Add" || node.Inputs.Count != 2) return false;
        for (int at = 0; at < 2; at++)
        {
            string name = node.Inputs[at];
            if (!_products.TryGetValue(name, out OnnxStep<T>? product) || _uses[name] != 1) continue;
            if (ConstantOf(node.Inputs[1 - at]) is not { Kind: OnnxArray.Float } bias
                || bias.Count != product.Layer!.OutputWidth(null) || bias.Dims.Length != 1)
                continue;
            Dense(product, product.Weight!, bias);
            product.Bias = (node, 1 - at);
            Aliases[node.Outputs[0]] = name;
            return true;
        }

        return false;
    }

    private void Prepare(OnnxStep<T> step)
    {
        OnnxNode node = step.Node;
        _steps.Add(step);
        OnnxArray? Constant(int n) => n < node.Inputs.Count && node.Inputs[n].Length > 0 ? ConstantOf(node.Inputs[n]) : null;
        bool Has(int n) => n < node.Inputs.Count && node.Inputs[n].Length > 0;
        switch (node.Operator)
        {
            case "LSTM" or "GRU" or "RNN":
                string[] names = ["X", "W", "R", "B", "", "", "", "P"];
                foreach (int n in new[] { 1, 2, 3, 7 })
                    if (Has(n) && Constant(n) is null)
                    {
                        throw node.Bad(
                            names[n], "weights in the file: make them initializers (with numbers, under graph.initializer)",
                            $"{ModelFileException.Shown(node.Inputs[n])}, which the caller gives");
                    }

                step.Recurrent = new(node, Constant, _ => null, null) { TakesLengths = Has(4) };
                (Layer<T> layer, Action<Layer<T>> assign) = step.Recurrent.Layer<T>(true);
                step.Layer = layer;
                Assignments.Add(() => assign(layer));
                break;
            case "MatMul" when Constant(1) is { Dims: [> 0, > 0], Kind: OnnxArray.Float } weight:
                Dense(step, Transposed(node, weight), null);
                foreach (string output in node.Outputs) _products[output] = step;
                break;
            case "Gemm" when Constant(1) is { Dims: [> 0, > 0], Kind: OnnxArray.Float } weight:
                OnnxArray rows = node.Int("transB", 0) == 0 ? Transposed(node, weight) : weight;
                bool isBias = Has(2) && Constant(2) is { Dims: [_] or [1, _] } vector && vector.Count == rows.Dims[0];
                OnnxArray? added = isBias ? Constant(2) : null;
                Dense(step, Times(rows, node.Float("alpha", 1)), added is null ? null : Times(added, node.Float("beta", 1)));
                if (added is not null) step.Bias = (node, 2);
                break;
            case "Conv" when node.Int("group", 1) == 1 && Constant(1) is { Kind: OnnxArray.Float, Count: > 0 } kernels
                && (!Has(2) || Constant(2)?.Count == kernels.Dims[0]):
                Dense(step, new([kernels.Dims[0], kernels.Count / kernels.Dims[0]], kernels.Numbers), Constant(2));
                step.Kernel = kernels.Dims;
                if (Has(2)) step.Bias = (node, 2);
                break;
            case "Gather" when node.Int("axis", 0) == 0 && Constant(0) is { Dims: [> 0, > 0], Kind: OnnxArray.Float } table:
                node.Spend(table.Count);
                Embedding<T> embedding = new(table.Dims[0], table.Dims[1]);
                step.Layer = embedding;
                Assignments.Add(() => embedding.Table.Set(table.To<T>()));
                break;
            case "LayerNormalization" when Constant(1) is { Dims: [> 0] } scale && Constant(2) is { Dims.Length: 1 } shift
                && shift.Count == scale.Count:
                node.Spend(scale.Count);
                LayerNorm<T> norm = new(scale.Count, node.Float("epsilon", 1e-5f));
                step.Layer = norm;
                Assignments.Add(() => norm.Parameters[0].Set(scale.To<T>()));
                Assignments.Add(() => norm.Parameters[1].Set(shift.To<T>()));
                break;
        }
    }

    private void Dense(OnnxStep<T> step, OnnxArray weight, OnnxArray? bias)
    {
        step.Node.Spend(weight.Count);
        Dense<T> dense = new(weight.Dims[1], weight.Dims[0], bias is not null);
        (step.Layer, step.Weight) = (dense, weight);
        Assignments.Add(() => dense.Parameters[0].Set(weight.To<T>()));
        if (bias is not null) Assignments.Add(() => dense.Parameters[1].Set(bias.To<T>()));
    }

    private static OnnxArray Transposed(OnnxNode node, OnnxArray matrix)
    {
        node.Spend(matrix.Count);
        return OnnxMap.Transpose(matrix.Dims, [1, 0]).Of(matrix);
    }

    private static OnnxArray Times(OnnxArray array, float factor) =>
        factor == 1 ? array : new(array.Dims, Array.ConvertAll(array.Values, value => value * factor));
}

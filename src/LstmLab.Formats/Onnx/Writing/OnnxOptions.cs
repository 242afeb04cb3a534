namespace LstmLab.Formats;

/// <summary>What an ONNX file holds beside the model.</summary>
public sealed record OnnxOptions
{
    /// <summary>Version of ONNX's operators: 22, or 14 for older runtimes.</summary>
    public int Opset { get; init; } = 22;

    /// <summary>How raw inputs are scaled, one number a feature: <c>(x − Offset) / Factor</c>; null for inputs that are scaled
    /// already.</summary>
    public OnnxScaling? Input { get; init; }

    /// <summary>How outputs are scaled back: <c>y · Factor + Offset</c>; null to leave them as they are.</summary>
    public OnnxScaling? Output { get; init; }

    /// <summary>Whether the graph of a chain has a second input, "lengths", [B] integers: the length of each sequence. Examples say it by
    /// their own.</summary>
    public bool Lengths { get; init; }

    /// <summary>Keys and values, e.g. the window, units, and the hash of the training data.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A scale of each feature.</summary>
/// <param name="Offset">One a feature, e.g. the mean.</param>
/// <param name="Factor">One a feature, e.g. the standard deviation; not 0.</param>
public sealed record OnnxScaling(IReadOnlyList<double> Offset, IReadOnlyList<double> Factor);

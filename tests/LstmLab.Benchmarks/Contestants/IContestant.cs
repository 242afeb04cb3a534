namespace LstmLab.Benchmarks.Contestants;

/// <summary>An engine with the problem's weights and data loaded; what cannot be loaded throws from its constructor.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>The engine's own version.</summary>
    string Version { get; }

    /// <summary>Forward on the next input.</summary>
    void Infer();

    /// <summary>What the last <see cref="Infer"/> computed, [T, B, H].</summary>
    float[] Outputs();
}

/// <summary>A contestant that can train.</summary>
internal interface ITrainingContestant : IContestant
{
    /// <summary>Forward, loss and BPTT, gradients starting from zero.</summary>
    void Backpropagate();

    /// <summary><see cref="Backpropagate"/> and Adam with a learning rate of 0.001.</summary>
    void Train();

    /// <summary>∂L/∂weights by name, of the last <see cref="Backpropagate"/>.</summary>
    IEnumerable<(string Name, float[] Gradient)> Gradients();
}

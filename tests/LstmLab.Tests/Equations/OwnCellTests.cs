using LstmLab.Tests.Jupyter;
using Xunit;

namespace LstmLab.Tests.Equations;

/// <summary>A cell written in a notebook, outside the library: checked, traced, trained, and looked into like the library's own.</summary>
[Collection(nameof(RunsCells))]
public class OwnCellTests
{
    // J. Zhou et al., "Minimal gated unit for recurrent neural networks", International Journal of Automation and Computing 13(3), 2016.
    private const string MinimalGatedUnit = """
        // f = σ(W_f x + U_f hPrev + b_f),  n = tanh(W_n x + U_n (f ⊙ hPrev) + b_n),  h = (1 − f) ⊙ hPrev + f ⊙ n
        class MinimalGatedUnit<T>(int inputSize, int hiddenSize) : Cell<T>(inputSize, hiddenSize, ["f", "n"]) where T : struct, INumberBase<T>
        {
            public override bool HasCellState => false;

            public override Step<T> NewStep() => new(this, "f", "q", "n");

            public override void Forward(Step<T> s)
            {
                T[] f = s["f"], q = s["q"], n = s["n"];
                for (int k = 0; k < HiddenSize; k++)
                {
                    f[k] = Sigmoid(Affine(0, k, s.X, s.HPrev));
                    q[k] = f[k] * s.HPrev[k];
                }

                for (int k = 0; k < HiddenSize; k++)
                {
                    n[k] = Tanh(Affine(1, k, s.X, q));
                    s.H[k] = (T.One - f[k]) * s.HPrev[k] + f[k] * n[k];
                }
            }

            public override void Backward(Step<T> s, StepGradient<T> g)
            {
                g.ClearOutputs();
                T[] f = s["f"], q = s["q"], n = s["n"], dQ = g["q"], dZf = g.Dz[0], dZn = g.Dz[1];
                for (int k = 0; k < HiddenSize; k++) dZn[k] = g.DH[k] * f[k] * TanhSlope(n[k]);
                AffineBackward(1, dZn, s.X, q, g.DX, dQ);
                for (int k = 0; k < HiddenSize; k++)
                {
                    T dF = g.DH[k] * (n[k] - s.HPrev[k]) + dQ[k] * s.HPrev[k];
                    dZf[k] = dF * SigmoidSlope(f[k]);
                    g.DHPrev[k] = g.DH[k] * (T.One - f[k]) + dQ[k] * f[k];
                }

                AffineBackward(0, dZf, s.X, s.HPrev, g.DX, g.DHPrev);
            }

            public override Cell<U> To<U>() => CopyTo(new MinimalGatedUnit<U>(InputSize, HiddenSize));
        }
        """;

    private const string Setup = """
        using System.Numerics;
        using System.Numerics.Tensors;
        using LstmLab;

        var random = new RandomStream(1, "own cell");
        var x = Tensors.Fill(_ => random.NextNormal(), 6, 2, 3);
        var cell = new MinimalGatedUnit<double>(3, 4);
        foreach (var p in cell.Parameters)
            for (int n = 0; n < p.Values.Length; n++) p.Values[n] = random.NextNormal();
        """;

    [Fact]
    public async Task A_cell_written_in_a_notebook_is_checked_traced_trained_and_looked_into()
    {
        using Workspace workspace = new();
        string reference = $"#r \"{typeof(Cell<>).Assembly.Location}\"\nusing System.Numerics;\nusing System.Numerics.Tensors;\nusing LstmLab;";
        var run = await workspace.RunAsync(
            reference,
            MinimalGatedUnit,
            Setup,
            "var report = GradientCheck.Run(cell, x).RequirePassed(); $\"{report.LargestComplexStepError < 1e-10} {report.LargestCentralDifferenceError < 1e-6} {report.Rows.Count(row => row.IsDead)}\"",
            "var bptt = new Bptt<double>(cell); var trace = bptt.Forward(x); string.Join(' ', trace[0].Quantities.Select(q => q.Name)) + \" \" + trace.Series(\"f\", unit: 3, b: 1).All(f => f > 0 && f < 1)",
            "bptt.Backward(Tensors.Fill(n => n < 40 ? 0.0 : 1.0, 6, 2, 4)); var (h, c) = GradientFlow.Norms(bptt); $\"{h.Length} {h.All(norm => norm > 0)} {c.Sum()} {GradientFlow.StateJacobianNorms(bptt, 3)[0]}\"",
            "var model = new Model<double>(1, new CellLayer<double>(cell), new Dense<double>(4, 1)); var y = Tensors.Fill(n => Math.Sin(n), 6, 2, 1); var before = model.Evaluate(new(x, y), new MeanSquaredError()); model.Train(x, y, new MeanSquaredError(), new Adam(0.02), epochs: 100); model.Evaluate(new(x, y), new MeanSquaredError()) < before / 2");
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Equal("True True 0", run.Text(4));
        Assert.Equal("f q n h True", run.Text(5));
        Assert.Equal("6 True 0 1", run.Text(6));
        Assert.Equal("True", run.Text(7));
    }
}

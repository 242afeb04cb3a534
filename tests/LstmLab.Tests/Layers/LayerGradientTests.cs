using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>Every layer and every loss, inside a model, against central differences.</summary>
public class LayerGradientTests
{
    private static readonly MeanSquaredError Squares = new();

    public static TheoryData<string> Names => [.. Models().Select(model => model.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_gradients_of_a_model_are_right(string name)
    {
        (_, Layer<double>[] layers, Loss loss, Dataset<double> samples) = Models().Single(model => model.Name == name);
        Model<double> model = new(3, layers);
        GradientReport report = GradientCheck.Run(model, samples, loss).RequirePassed();
        Assert.Contains(report.Rows, row => row.LargestGradient > 1e-3);
        GradientCheck.Run(model, samples, loss, directions: 4).RequirePassed();
    }

    private static IEnumerable<(string Name, Layer<double>[] Layers, Loss Loss, Dataset<double> Samples)> Models()
    {
        Tensor<double> x = Make.Normal(1, 5, 3, 2), sequence = Make.Normal(2, 5, 3, 2), once = Make.Normal(3, 3, 2);
        Dataset<double> answers = new(x, sequence), ragged = new(x, sequence, [5, 2, 4]), last = new(x, once), classes = new(x, Tensors.Fill(n => (double)(n % 2), 5, 3, 1));
        yield return ("LSTM", [new Lstm<double>(2, 3), new Dense<double>(3, 2)], Squares, answers);
        yield return ("two bidirectional LSTM layers of different lengths", [new Lstm<double>(2, 3, 2, true), new Dense<double>(6, 2)], Squares, ragged);
        yield return ("projected LSTM without bias", [new Lstm<double>(2, 3, 2, bias: false, projectionSize: 2), new Dense<double>(2, 2, bias: false)], Squares, answers);
        yield return ("last states of a bidirectional LSTM of different lengths", [new Lstm<double>(2, 3, 1, true, returnSequences: false), new Dense<double>(6, 2)], Squares, last with { Lengths = [5, 2, 4] });
        yield return ("two bidirectional GRU layers", [new Gru<double>(2, 3, 2, true), new Dense<double>(6, 2)], Squares, answers);
        yield return ("GRU without bias", [new Gru<double>(2, 3, bias: false), new Dense<double>(3, 2)], Squares, answers);
        yield return ("the document's cell", [new CellLayer<double>(new DocumentCell<double>(2, 3)), new Dense<double>(3, 2)], Squares, answers);
        yield return ("the LSTM of 1997", [new CellLayer<double>(new OriginalCell<double>(2, 3)), new Dense<double>(3, 2)], Squares, answers);
        yield return ("peepholes", [new CellLayer<double>(new PeepholeCell<double>(2, 3)), new Dense<double>(3, 2)], Squares, answers);
        yield return ("Elman, then an inactive dropout", [new CellLayer<double>(new ElmanCell<double>(2, 3), returnSequences: false), new Dropout<double>(0.5), new Dense<double>(3, 2)], Squares, last);
        yield return ("embedding", [new Embedding<double>(2, 3), new Lstm<double>(3, 3), new Dense<double>(3, 2)], Squares, answers with { X = Tensors.Fill(n => (double)(n % 2), 5, 3, 1) });
        yield return ("absolute error", [new Lstm<double>(2, 3), new Dense<double>(3, 2)], new MeanAbsoluteError(), answers);
        yield return ("Huber", [new Lstm<double>(2, 3), new Dense<double>(3, 2)], new HuberLoss(0.7), ragged);
        yield return ("quantiles", [new Lstm<double>(2, 3), new Dense<double>(3, 3)], new QuantileLoss(0.1, 0.5, 0.9), answers with { Y = Make.Normal(4, 5, 3, 1) });
        yield return ("cross-entropy", [new Lstm<double>(2, 3), new Dense<double>(3, 2)], new SoftmaxCrossEntropy(), classes);
    }
}

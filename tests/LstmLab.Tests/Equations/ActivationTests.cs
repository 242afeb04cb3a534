using Xunit;

namespace LstmLab.Tests.Equations;

/// <summary>Cells with other activation functions, limits and coupled gates: right gradients, and the plain cells where the settings are plain.</summary>
public class ActivationTests
{
    private static readonly Activation[] All =
    [
        new("Affine", 0.7, 0.1), new("Relu"), new("LeakyRelu"), new("ThresholdedRelu", 0.3), Activation.Tanh, new("ScaledTanh", 0.8, 1.2),
        Activation.Sigmoid, new("HardSigmoid"), new("Elu"), new("Softsign"), new("Softplus"),
    ];

    public static TheoryData<string> Functions => [.. All.Select(function => function.Name)];

    [Theory, MemberData(nameof(Functions))]
    public void Gradients_are_right_with_every_activation_function(string name)
    {
        Activation function = All.Single(one => one.Name == name), clipped = new(name, function.Alpha, function.Beta, clip: 0.9), sigmoid = new("Sigmoid", clip: 0.9);
        foreach (bool variant in new[] { false, true })
        {
            Cell<double>[] cells =
            [
                new LstmVariantCell<double>(2, 3, sigmoid, clipped, function, coupled: variant, peepholes: !variant),
                new LstmVariantCell<double>(2, 3, function, coupled: variant, peepholes: variant),
                new GruCell<double>(2, 3, 2, sigmoid, clipped), new GruCell<double>(2, 3, variant ? 1 : 0, function),
                new ResetBeforeGruCell<double>(2, 3, 2, sigmoid, clipped), new ResetBeforeGruCell<double>(2, 3, variant ? 1 : 0, function),
                new ElmanCell<double>(2, 3, variant ? clipped : function),
            ];
            foreach (Cell<double> cell in cells)
            {
                Cells.RandomWeights<double, Cell<double>>(cell, 5, 0.4);
                GradientCheck.Run(cell, Cells.Random<double>(6, 4, 2, 2), initial: Cells.RandomState(cell, 2, 7)).RequirePassed();
            }
        }
    }

    [Fact]
    public void Plain_settings_give_the_plain_cells_to_the_bit()
    {
        Same(new LstmVariantCell<double>(2, 3), new StandardCell<double>(2, 3));
        Same(new LstmVariantCell<double>(2, 3, peepholes: true), new PeepholeCell<double>(2, 3));

        static void Same(Cell<double> cell, Cell<double> plain)
        {
            Cells.RandomWeights<double, Cell<double>>(cell, 1);
            Cells.RandomWeights<double, Cell<double>>(plain, 1);
            var x = Cells.Random<double>(2, 4, 2, 2);
            Assert.Equal(new Bptt<double>(plain).Forward(x).Outputs.ToArray(), new Bptt<double>(cell).Forward(x).Outputs.ToArray());
        }
    }

    [Fact]
    public void The_reset_gate_before_or_after_the_product_is_one_and_the_same_for_a_diagonal_matrix_without_recurrent_bias()
    {
        GruCell<double> after = Cells.RandomWeights<double, GruCell<double>>(new(2, 3, biases: 1), 1);
        for (int n = 0; n < 9; n++) if (n % 4 != 0) after.U.Values[18 + n] = 0;
        ResetBeforeGruCell<double> before = new(2, 3, biases: 1);
        for (int n = 0; n < 3; n++) before.Parameters[n].Set(after.Parameters[n].Values);
        var x = Cells.Random<double>(2, 4, 2, 2);
        Assert.All(new Bptt<double>(after).Forward(x).Outputs.ToArray().Zip(new Bptt<double>(before).Forward(x).Outputs.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
    }

    [Theory, InlineData("Sine", 1, 1), InlineData("Affine", 1, 1), InlineData("Relu", 0, 1), InlineData("Elu", double.NaN, 1), InlineData("Tanh", 1, -1)]
    public void What_is_no_function_is_an_error(string name, double alpha, double clip)
    {
        if (name == "Affine") Assert.Contains("beta", Assert.Throws<ArgumentException>(() => new Activation(name, alpha)).Message, StringComparison.Ordinal);
        else Assert.Throws<ArgumentException>(() => new Activation(name, alpha, clip: name == "Relu" ? 0 : clip));
    }
}

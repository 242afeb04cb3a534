using System.Runtime.InteropServices;
using Xunit;

namespace LstmLab.Tests.Numerics;

/// <summary>A number type the engine cannot compute in is refused where something is made of it, with its name.</summary>
public class NumberTypeTests
{
    [Fact]
    public void A_function_a_cell_and_a_layer_name_the_number_type_they_refuse()
    {
        Action[] makings =
        [
            () => DeterministicMath.Sigmoid(1m), () => DeterministicMath.Tanh(1), () => DeterministicMath.Sqrt(Half.One), () => _ = new StandardCell<Half>(2, 3), () => _ = new GruCell<decimal>(2, 3),
            () => _ = new Lstm<Half>(2, 3), () => _ = new Gru<NFloat>(2, 3), () => _ = new Dense<Half>(2, 3), () => _ = new Dropout<Half>(0.5),
        ];
        string[] names = ["Decimal", "Int32", "Half", "Half", "Decimal", "Half", "NFloat", "Half", "Half"];
        foreach ((Action make, string name) in makings.Zip(names))
            Assert.Contains(name, Assert.Throws<NotSupportedException>(make).Message, StringComparison.Ordinal);
    }
}

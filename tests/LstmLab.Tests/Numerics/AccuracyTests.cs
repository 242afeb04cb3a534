using System.Globalization;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Numerics;

public class AccuracyTests(ITestOutputHelper output)
{
    // 90 decimals of Python's decimal module at 140 digits; of erf, mpmath's at 110.
    [Theory]
    [InlineData("exp", 1, "2.718281828459045235360287471352662497757247093699959574966967627724076630353547594571382178")]
    [InlineData("exp", 0.001953125, "1.001955033591002812046518898047477215867355626321692898954627461498846480023731779829805558")]
    [InlineData("exp", -20, "0.000000002061153622438557827965940380155820976375807275599103692972244661629164023784559353")]
    [InlineData("ln", 2, "0.693147180559945309417232121458176568075500134360255254120680009493393621969694715605863326")]
    [InlineData("ln", 10, "2.302585092994045684017991454684364207601101488628772976033327900967572609677352480235997205")]
    [InlineData("tanh", 1, "0.761594155955764888119458282604793590412768597257936551596810500121953244576638483458947521")]
    [InlineData("tanh", 0.0009765625, "0.000976562189559260218584075270146771762847008858368259065160093840393376370842760182923768")]
    [InlineData("tanh", 9.313225746154785e-10, "0.000000000931322574615478515355735477684561303846216547338463438300330119488188648413858489")]
    [InlineData("erf", 1, "0.842700792949714869341220635082609259296066997966302908459937897834717254096010841261983325")]
    [InlineData("erf", 0.001953125, "0.002203862758376653927827528464614261729284118592607463659325231002977330498336414489759123")]
    [InlineData("erf", 5.5, "0.999999999999992642152082025601936931637601429909791776915030548123937007247071799680089916")]
    [InlineData("σ", 1, "0.731058578630004879251159241821836274365144640165056519276365907919040453070204639387474532")]
    [InlineData("σ", -30, "0.000000000000093576229688392989538395626532849841115757354278695855573617374563401852608264")]
    public void The_reference_has_the_known_digits(string function, double x, string digits) => Assert.Equal(digits, HighPrecision.Decimals(function switch
    {
        "exp" => HighPrecision.Exp(x),
        "ln" => HighPrecision.Log(x),
        "tanh" => HighPrecision.Tanh(x),
        "erf" => HighPrecision.Erf(x),
        _ => HighPrecision.Sigmoid(x),
    }, 90));

    [Fact]
    public void The_reference_agrees_with_itself()
    {
        RandomStream random = new(1, "reference");
        for (int n = 0; n < 200; n++)
        {
            // ln eˣ = x as far as eˣ is a double; tanh x is the framework's; σ(x) + σ(−x) = 1.
            double x = random.NextUniform(-700, 700), small = Math.ScaleB(1 + random.NextUniform(0, 1), -15 - random.NextInt(10)), y = random.NextUniform(-50, 50);
            Assert.InRange(HighPrecision.Error(x, HighPrecision.Log(Math.Exp(x)), 53, -1074).Relative, 0, 2e-16 * (1 + (1 / Math.Abs(x))));
            Assert.Equal(1, Ratio(HighPrecision.Tanh(small), BigFloat.Of(Math.Tanh(small))), 3e-16);
            Assert.Equal(1, Ratio(HighPrecision.Sigmoid(y), BigFloat.Of(1)) + Ratio(HighPrecision.Sigmoid(-y), BigFloat.Of(1)), 2e-16);
        }

        static double Ratio(BigFloat a, BigFloat b) => Math.ScaleB((double)((a.Mantissa << 200) / b.Mantissa), a.Exponent - b.Exponent - 200);
    }

    // The points are among those of the table, so that none may be worse; it is in src/LstmLab/README.md.
    [Fact]
    public void No_error_is_larger_than_the_table_says()
    {
        Dictionary<string, string[]> table = File.ReadLines(Repository.PathOf("src", "LstmLab", "README.md")).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells is [_, _, "double" or "float", ..]).ToDictionary(cells => $"| {cells[1]} | {cells[2]} | {cells[3]} |");
        AccuracyRow[] rows = [.. AccuracyTable.Measure(stride: 61 * AccuracyTable.Stride)];
        foreach (AccuracyRow row in rows)
        {
            output.WriteLine($"{row}");
            string[] cells = table[row.Key];
            Assert.InRange(row.Ulp, 0, double.Parse(cells[5], CultureInfo.InvariantCulture));
            Assert.InRange(row.Relative, 0, double.Parse(cells[6], CultureInfo.InvariantCulture));
            Assert.True(row.Points > 100, $"{row}");
        }

        Assert.Equal(table.Count, rows.Length);
    }

    [Fact]
    public void Values_without_an_error_are_exact()
    {
        Assert.Equal((0.5, 0.5, 1, 0), (DeterministicMath.Sigmoid(0.0), DeterministicMath.Sigmoid(-0.0), DeterministicMath.Sigmoid(double.MaxValue), DeterministicMath.Sigmoid(double.MinValue)));
        Assert.Equal((0.5f, 0.5f, 1, 0), (DeterministicMath.Sigmoid(0f), DeterministicMath.Sigmoid(-0f), DeterministicMath.Sigmoid(float.PositiveInfinity), DeterministicMath.Sigmoid(float.NegativeInfinity)));
        Assert.Equal((1f, -1f), (DeterministicMath.Tanh(float.PositiveInfinity), DeterministicMath.Tanh(float.NegativeInfinity)));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(DeterministicMath.Tanh(-0.0)));
        Assert.Equal(BitConverter.SingleToInt32Bits(-0f), BitConverter.SingleToInt32Bits(DeterministicMath.Tanh(-0f)));
        Assert.Equal(BitConverter.SingleToInt32Bits(0f), BitConverter.SingleToInt32Bits(DeterministicMath.Tanh(0f)));
        Assert.Equal((1.0, -1.0, 1f, -1f), (DeterministicMath.Erf(double.PositiveInfinity), DeterministicMath.Erf(-7.0), DeterministicMath.Erf(5f), DeterministicMath.Erf(float.NegativeInfinity)));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(DeterministicMath.Erf(-0.0)));
        Assert.Equal((1.0, 1f, 0f, float.PositiveInfinity), (DeterministicMath.Exp(0.0), DeterministicMath.Exp(-0f), DeterministicMath.Exp(float.NegativeInfinity), DeterministicMath.Exp(89f)));
    }
}

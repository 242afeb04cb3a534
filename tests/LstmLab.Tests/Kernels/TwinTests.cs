using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Kernels;

/// <summary>The kernels and the equations are twins: the same bits, forward and backward, at every size, vector width and number of threads.</summary>
public class TwinTests
{
    // Every H, every I and every B from 1 to 70 is met, with the other two and T drawn: all tails of all vectors and tiles.
    public static TheoryData<int, int, int, int> Sizes
    {
        get
        {
            RandomStream random = new(1, "sizes");
            TheoryData<int, int, int, int> sizes = [];
            for (int n = 1; n <= 70; n++)
            {
                int Other() => 1 + random.NextInt(n % 10 == 0 ? 70 : 20);
                sizes.Add(1 + (n % 5), Other(), Other(), n);
                sizes.Add(1 + random.NextInt(5), Other(), n, Other());
                sizes.Add(1 + random.NextInt(5), n, Other(), Other());
            }

            return sizes;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void A_layer_has_the_bits_of_its_equations(int T, int B, int I, int H)
    {
        Compare<float>(T, B, I, H);
        Compare<double>(T, B, I, H);
    }

    private static void Compare<TNumber>(int T, int B, int I, int H) where TNumber : struct, IBinaryFloatingPointIeee754<TNumber>
    {
        StandardCell<TNumber> lstm = Random(new StandardCell<TNumber>(I, H, H > 1 && H % 3 == 0 ? H / 2 : 0, biases: I % 3));
        GruCell<TNumber> gru = Random(new GruCell<TNumber>(I, H, biases: I % 3));
        bool reverse = H % 2 == 0;
        RequireTwins(lstm, Unrolling<TNumber>.Lstm(lstm.W, lstm.U, lstm.BiasOrNull, lstm.RecurrentBiasOrNull, lstm.Wr, reverse), T, B, reverse, Keep.All);
        RequireTwins(gru, Unrolling<TNumber>.Gru(gru.W, gru.U, gru.BiasOrNull, gru.RecurrentBiasOrNull, reverse), T, B, reverse, Keep.All);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 17)]
    [InlineData(9, 70, 33)]
    public void Every_vector_width_and_recomputation_have_the_same_bits(int B, int I, int H)
    {
        Widths<float>(B, I, H);
        Widths<double>(B, I, H);
    }

    private static void Widths<TNumber>(int B, int I, int H) where TNumber : struct, IBinaryFloatingPointIeee754<TNumber>
    {
        StandardCell<TNumber> cell = Random(new StandardCell<TNumber>(I, H, H / 3));
        GruCell<TNumber> gru = Random(new GruCell<TNumber>(I, H));
        foreach (Keep keep in new[] { Keep.All, Keep.States })
        {
            foreach (bool reverse in new[] { false, true })
            {
                RequireTwins(cell, new Unrolling<TNumber, Lanes1<TNumber>, LstmUnits<TNumber, Lanes1<TNumber>>>(cell.W, cell.U, cell.b, null, cell.Wr, reverse), 11, B, reverse, keep);
                RequireTwins(cell, new Unrolling<TNumber, Lanes128<TNumber>, LstmUnits<TNumber, Lanes128<TNumber>>>(cell.W, cell.U, cell.b, null, cell.Wr, reverse), 11, B, reverse, keep);
                RequireTwins(cell, new Unrolling<TNumber, Lanes256<TNumber>, LstmUnits<TNumber, Lanes256<TNumber>>>(cell.W, cell.U, cell.b, null, cell.Wr, reverse), 11, B, reverse, keep);
                RequireTwins(cell, new Unrolling<TNumber, Lanes512<TNumber>, LstmUnits<TNumber, Lanes512<TNumber>>>(cell.W, cell.U, cell.b, null, cell.Wr, reverse), 11, B, reverse, keep);
                RequireTwins(gru, new Unrolling<TNumber, Lanes256<TNumber>, GruUnits<TNumber, Lanes256<TNumber>>>(gru.W, gru.U, gru.b, gru.d, null, reverse), 11, B, reverse, keep);
            }
        }
    }

    private static TCell Random<TCell>(TCell cell) where TCell : class
    {
        if (cell is Cell<float> single) Fill(single);
        if (cell is Cell<double> wide) Fill(wide);
        return cell;
    }

    private static void Fill<TNumber>(Cell<TNumber> cell) where TNumber : struct, INumberBase<TNumber>
    {
        RandomStream random = new(3, "weights");
        foreach (Parameter<TNumber> parameter in cell.Parameters)
            for (int n = 0; n < parameter.Values.Length; n++) parameter.Values[n] = TNumber.CreateChecked(random.NextNormal() * 0.5);
    }

    // Outputs, final states, and gradients of x, h0, c0 and all parameters; from given states, with final gradients and lengths that differ.
    private static void RequireTwins<TNumber>(Cell<TNumber> cell, Unrolling<TNumber> fast, int T, int B, bool reverse, Keep keep) where TNumber : struct, IBinaryFloatingPointIeee754<TNumber>
    {
        int[]? lengths = B % 2 == 0 ? null : [.. Enumerable.Range(0, B).Select(b => b == 0 ? T : b * 7 % (T + 1))];
        int R = cell.OutputSize, C = cell.HasCellState ? cell.HiddenSize : 0;
        Tensor<TNumber> x = Make.Normal<TNumber>(1, T, B, cell.InputSize), dY = Make.Normal<TNumber>(2, T, B, R);
        State<TNumber> initial = StateOf(3), dFinal = StateOf(5);
        Bptt<TNumber> readable = new(cell, reverse);
        Trace<TNumber> trace = readable.Forward(x, initial, lengths);
        Clear();
        readable.Backward(dY, dFinal);
        TNumber[][] expected = [trace.Outputs.ToArray(), trace.Final.H.ToArray(), trace.Final.C?.ToArray() ?? [], readable.DX.ToArray(), readable.DInitial.H.ToArray(), readable.DInitial.C?.ToArray() ?? [], .. Gradients()];

        Tensor<TNumber> y = Make.Normal<TNumber>(7, T, B, R), dX = Make.Normal<TNumber>(8, T, B, cell.InputSize);
        (TNumber[] h, TNumber[] c, TNumber[] dH, TNumber[] dC) = (new TNumber[B * R], new TNumber[B * C], dFinal.H.ToArray(), dFinal.C?.ToArray() ?? []);
        Clear();
        fast.Forward(x, initial.H.ToArray(), initial.C?.ToArray(), lengths, keep, y, h, c);
        fast.Backward(dY, 0, dH, dC, dX);
        TNumber[][] found = [y.ToArray(), h, c, dX.ToArray(), dH, dC, .. Gradients()];
        for (int n = 0; n < expected.Length; n++) Assert.Equal(expected[n], found[n]);

        State<TNumber> StateOf(ulong seed) => new(Make.Normal<TNumber>(seed, B, R), C > 0 ? Make.Normal<TNumber>(seed + 1, B, C) : null);
        IEnumerable<TNumber[]> Gradients() => cell.Parameters.Select(parameter => (TNumber[])parameter.Gradient.Clone());
        void Clear()
        {
            foreach (Parameter<TNumber> parameter in cell.Parameters) Array.Clear(parameter.Gradient);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Any_number_of_threads_has_the_same_bits(int threads)
    {
        int before = Threads.Count;
        try
        {
            Threads.Count = 1;
            double[][] one = Gradients();
            Threads.Count = threads;
            for (int repetition = 0; repetition < 3; repetition++) Assert.Equal(one, Gradients());
        }
        finally
        {
            Threads.Count = before;
        }

        static double[][] Gradients()
        {
            const int T = 60, B = 30, I = 5, H = 40;
            Assert.True((long)T * B * 4 * H * (I + H) > Workers.WorthSharing);
            Lstm<double> layer = Make.Initialised(new Lstm<double>(I, H, layers: 2, bidirectional: true));
            double[] y = layer.Forward(Make.Normal(1, T, B, I), default).ToArray(), dX = layer.Backward(Make.Normal(2, T, B, 2 * H)).ToArray();
            return [y, dX, .. Projected(false), .. Projected(true), .. Few(new Lstm<double>(5, 264, projectionSize: 70), 70), .. Few(new Gru<double>(5, 260) { Recompute = true }, 260), .. layer.Parameters.Select(parameter => parameter.Gradient)];
        }

        // A projection, sequences of all lengths, and steps computed again: enough work for threads in √T of the steps.
        static double[][] Projected(bool recompute)
        {
            const int T = 60, B = 50, I = 5, H = 160, R = 40;
            Assert.True(8L * B * 4 * H * (I + R) > Workers.WorthSharing);
            Lstm<double> layer = Make.Initialised(new Lstm<double>(I, H, projectionSize: R) { Recompute = recompute });
            int[] lengths = [.. Enumerable.Range(0, B).Select(b => 1 + (b * 7 % T))];
            double[] y = layer.Forward(Make.Normal(1, T, B, I), Pass.Train(0, 0), lengths).ToArray(), dX = layer.Backward(Make.Normal(2, T, B, R)).ToArray();
            return [y, dX, .. layer.Parameters.Select(parameter => parameter.Gradient)];
        }

        // Too few sequences to cut: threads share each step. Also step by step.
        static double[][] Few(Recurrent<double> layer, int R)
        {
            const int T = 20, B = 3, I = 5;
            Assert.True(B * 4 * 260 * (I + R) > Workers.WorthMeeting);
            layer.Initialize(1);
            Tensor<double> x = Make.Normal(1, T, B, I);
            double[] y = layer.Forward(x, Pass.Train(0, 0), [20, 7, 13]).ToArray(), dX = layer.Backward(Make.Normal(2, T, B, R)).ToArray();
            double[] inputs = x.ToArray();
            RecurrentStream<double> stream = layer.Stream(B);
            double[] steps = [.. Enumerable.Range(0, T).SelectMany(t => stream.Step(Tensors.Of(inputs[(t * B * I)..((t + 1) * B * I)], B, I)).ToArray())];
            Assert.Equal(layer.Forward(x, Pass.Predict).ToArray(), steps);
            return [y, dX, steps, .. layer.Parameters.Select(parameter => parameter.Gradient)];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Recomputed_steps_have_the_bits_of_kept_ones(int T)
    {
        Tensor<float> x = Make.Normal<float>(1, T, 3, 2), dY = Make.Normal<float>(2, T, 3, 5);
        float[][] Run(bool recompute)
        {
            Lstm<float> layer = new(2, 5) { Recompute = recompute };
            layer.Initialize(1);
            return [layer.Forward(x, default).ToArray(), layer.Backward(dY).ToArray(), .. layer.Parameters.Select(parameter => parameter.Gradient)];
        }

        Assert.Equal(Run(false), Run(true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Prediction_keeps_nothing_and_has_the_same_bits(int threads)
    {
        const int T = 60, B = 30, I = 5;
        int[] lengths = [.. Enumerable.Range(0, B).Select(b => 1 + (b * 7 % T))];
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            foreach (Recurrent<double> layer in new Recurrent<double>[] { new Lstm<double>(I, 70, layers: 2, bidirectional: true, projectionSize: 33), new Lstm<double>(I, 70), new Gru<double>(I, 90) })
            {
                layer.Initialize(1);
                double[] Run(bool forwardOnly) =>
                    [.. layer.Forward(Make.Normal(1, T, B, I), forwardOnly ? Pass.Predict : Pass.PredictWithGradient, lengths).ToArray(), .. layer.Final.H.ToArray(), .. layer.Final.C?.ToArray() ?? []];
                Assert.Equal(Run(false), Run(true));
            }
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public void There_is_no_way_back_from_a_prediction(int T)
    {
        Lstm<float> layer = new(2, 5);
        layer.Initialize(1);
        layer.Forward(Make.Normal<float>(1, T, 3, 2), Pass.Predict);
        Assert.Contains("kept nothing", Assert.Throws<InvalidOperationException>(() => layer.Backward(Make.Normal<float>(2, T, 3, 5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_shows_the_trace_of_its_equations()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, layers: 2));
        double[] y = layer.Forward(Make.Normal(1, 6, 4, 3), default).ToArray();
        Assert.Equal(y, layer.Unrolled[1].Trace.Outputs.ToArray());
        Assert.InRange(layer.Unrolled[0].Trace.Series("f").Min(), 0, 1);
        double[] other = layer.Forward(Make.Normal(2, 6, 4, 3), default).ToArray();
        Assert.Equal(other, layer.Unrolled[1].Trace.Outputs.ToArray());
    }
}

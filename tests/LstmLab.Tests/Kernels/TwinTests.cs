using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Kernels;

/// <summary>
/// The kernels and the equations are twins: the same bits, forward and backward, at every size, vector width and number of threads.
/// </summary>
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
        bool reverse = H % 2 == 0;
        foreach (Cell<TNumber> cell in CellsOf<TNumber>(I, H, H > 1 && H % 3 == 0 ? H / 2 : 0))
            RequireTwins(cell, T, B, reverse, SavedActivations.All, CellRecurrence.Create(cell, reverse));
    }

    // Few and many sequences, full and partial tiles of rows, panels and vectors; 1000 rows of a chunk are more than fit in one.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 4)]
    [InlineData(3, 5, 8)]
    [InlineData(4, 1, 16)]
    [InlineData(5, 3, 17)]
    [InlineData(6, 9, 31)]
    [InlineData(9, 70, 33)]
    [InlineData(131, 2, 20)]
    public void Every_vector_width_and_recomputation_have_the_same_bits(int B, int I, int H)
    {
        Widths<float>(B, I, H);
        Widths<double>(B, I, H);
    }

    private static void Widths<TNumber>(int B, int I, int H) where TNumber : struct, IBinaryFloatingPointIeee754<TNumber>
    {
        foreach (Cell<TNumber> cell in CellsOf<TNumber>(I, H, H / 3))
        {
            foreach (bool reverse in new[] { false, true })
            {
                foreach (SavedActivations saved in new[] { SavedActivations.All, SavedActivations.Checkpoints })
                {
                    RequireTwins(
                        cell, 11, B, reverse, saved,
                        OfWidth<TNumber, Lanes1<TNumber>>(cell, reverse), OfWidth<TNumber, Lanes128<TNumber>>(cell, reverse),
                        OfWidth<TNumber, Lanes256<TNumber>>(cell, reverse), OfWidth<TNumber, Lanes512<TNumber>>(cell, reverse));
                }
            }
        }
    }

    private static Cell<TNumber>[] CellsOf<TNumber>(int I, int H, int R) where TNumber : struct, IBinaryFloatingPointIeee754<TNumber> =>
        [
            Random(new StandardCell<TNumber>(I, H, R, biases: I % 3)), Random(new GruCell<TNumber>(I, H, biases: I % 3)),
            Random(new PeepholeCell<TNumber>(I, H)),
        ];

    private static Recurrence<TNumber> OfWidth<TNumber, V>(Cell<TNumber> cell, bool reverse)
        where TNumber : struct, IBinaryFloatingPointIeee754<TNumber> where V : struct, ILanes<V, TNumber> => cell switch
    {
        StandardCell<TNumber> lstm => new FusedRecurrence<TNumber, V, LstmCellKernel<TNumber, V>>(
            new(lstm.W, lstm.U, lstm.BiasOrNull, lstm.RecurrentBiasOrNull, projection: lstm.Wr), reverse),
        GruCell<TNumber> gru => new FusedRecurrence<TNumber, V, GruCellKernel<TNumber, V>>(
            new(gru.W, gru.U, gru.BiasOrNull, gru.RecurrentBiasOrNull, readsRecurrentBiasByUnit: true), reverse),
        PeepholeCell<TNumber> peep => new FusedRecurrence<TNumber, V, PeepholeCellKernel<TNumber, V>>(
            new(peep.W, peep.U, peep.BiasOrNull, peep.RecurrentBiasOrNull, peep.P), reverse),
        _ => throw new ArgumentException($"{cell} has no kernel."),
    };

    private static TCell Random<TCell>(TCell cell)
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

    // Everything a recurrence computes, of sequences whose lengths differ if there is an odd number.
    private static void RequireTwins<TNumber>(
        Cell<TNumber> cell, int T, int B, bool reverse, SavedActivations saved, params Recurrence<TNumber>[] kernels)
        where TNumber : struct, IBinaryFloatingPointIeee754<TNumber>
    {
        int[]? lengths = B % 2 == 0 ? null : [.. Enumerable.Range(0, B).Select(b => b == 0 ? T : b * 7 % (T + 1))];
        TNumber[][] expected = RecurrencePasses.Of(cell, new EquationRecurrence<TNumber>(cell, reverse), T, B, lengths, saved);
        foreach (Recurrence<TNumber> kernel in kernels)
        {
            TNumber[][] found = RecurrencePasses.Of(cell, kernel, T, B, lengths, saved);
            for (int n = 0; n < expected.Length; n++) Assert.Equal(expected[n], found[n]);
        }
    }

    // Every way to cut a batch into tiles of rows: what stands beside a sequence changes nothing of it.
    [Fact]
    public void Row_n_of_a_batch_has_the_bits_of_row_n_alone()
    {
        const int T = 6, I = 5, H = 19, largest = 70;
        foreach (Cell<float> cell in CellsOf<float>(I, H, 0))
        {
            Tensor<float> all = Make.Normal<float>(1, T, largest, I);
            float[][] alone = [.. Enumerable.Range(0, largest).Select(b => Outputs(cell, Rows(all, [b])))];
            for (int B = 2; B <= largest; B++)
            {
                float[] together = Outputs(cell, Rows(all, [.. Enumerable.Range(0, B)]));
                for (int b = 0; b < B; b++)
                {
                    for (int t = 0; t < T; t++)
                        Assert.Equal(alone[b].AsSpan(t * H, H), together.AsSpan(((t * B) + b) * H, H));
                }
            }
        }

        static Tensor<float> Rows(Tensor<float> all, int[] rows) =>
            Tensors.Fill(n => all[n / I / rows.Length, rows[n / I % rows.Length], n % I], T, rows.Length, I);

        static float[] Outputs(Cell<float> cell, Tensor<float> x)
        {
            int B = x.Length(1);
            Tensor<float> y = Tensors.Zeros<float>(T, B, H);
            float[] h = new float[B * H], c = cell.HasCellState ? new float[B * H] : [];
            CellRecurrence.Create(cell).Forward(x, [], [], null, SavedActivations.All, y, h, c);
            return y.ToArray();
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
            Assert.True((long)T * B * 4 * H * (I + H) > Workers.MinWorkToParallelizeBatch);
            Lstm<double> layer = Make.Initialised(new Lstm<double>(I, H, layers: 2, bidirectional: true));
            double[] y = layer.Forward(Make.Normal(1, T, B, I), default).ToArray();
            double[] dX = layer.Backward(Make.Normal(2, T, B, 2 * H)).ToArray();
            double[][] fewLstm = Few(new Lstm<double>(5, 264, projectionSize: 70), 70);
            double[][] fewGru = Few(new Gru<double>(5, 260) { Recompute = true }, 260);
            IEnumerable<double[]> gradients = layer.Parameters.Select(parameter => parameter.Gradient);
            return [y, dX, .. Projected(false), .. Projected(true), .. fewLstm, .. fewGru, .. gradients];
        }

        // A projection, sequences of all lengths, and steps computed again: enough work for threads in √T of the steps.
        static double[][] Projected(bool recompute)
        {
            const int T = 60, B = 50, I = 5, H = 160, R = 40;
            Assert.True(8L * B * 4 * H * (I + R) > Workers.MinWorkToParallelizeBatch);
            Lstm<double> layer = Make.Initialised(new Lstm<double>(I, H, projectionSize: R) { Recompute = recompute });
            int[] lengths = [.. Enumerable.Range(0, B).Select(b => 1 + (b * 7 % T))];
            double[] y = layer.Forward(Make.Normal(1, T, B, I), Pass.Train(0, 0), lengths).ToArray(), dX = layer.Backward(Make.Normal(2, T, B, R)).ToArray();
            return [y, dX, .. layer.Parameters.Select(parameter => parameter.Gradient)];
        }

        // Too few sequences to cut: threads share each step. Also step by step.
        static double[][] Few(Recurrent<double> layer, int R)
        {
            const int T = 20, B = 3, I = 5;
            Assert.True(B * 4 * 260 * (I + R) > Workers.MinWorkToParallelizeStep);
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
            float[] y = layer.Forward(x, default).ToArray(), dX = layer.Backward(dY).ToArray();
            return [y, dX, .. layer.Parameters.Select(parameter => parameter.Gradient)];
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
            Recurrent<double>[] layers =
            [
                new Lstm<double>(I, 70, layers: 2, bidirectional: true, projectionSize: 33),
                new Lstm<double>(I, 70),
                new Gru<double>(I, 90),
            ];
            foreach (Recurrent<double> layer in layers)
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
    public void A_prediction_has_no_backward_pass(int T)
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

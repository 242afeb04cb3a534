using CsCheck;
using Xunit;

namespace LstmLab.Tests.Equations;

/// <summary>What holds for a cell whatever its weights.</summary>
public class CellPropertyTests
{
    private static readonly string[] Kinds = [.. Cells.Kinds.Select(row => row.Data)];

    [Fact]
    public void The_documents_hidden_state_stays_below_tanh_of_one() =>
        Gen.Select(Gen.UInt, Gen.Double[0.01, 1e6]).Sample((seed, scale) =>
        {
            var cell = (DocumentCell<double>)Cells.New<double>("Document", 3, 4, seed, scale);
            double[] h = Cells.Random<double>(seed, 4).ToArray();
            for (int t = 0; t < 5; t++)
            {
                h = cell.Step(Cells.Random<double>(seed + 1, 3).ToArray(), h).H;
                if (h.Any(value => Math.Abs(value) > Math.Tanh(1))) return false;
            }

            return true;
        });

    [Fact]
    public void Gates_lie_between_zero_and_one_and_candidates_within_their_range() =>
        Gen.Select(Gen.Int[0, 4], Gen.UInt, Gen.Double[0.01, 1e6]).Sample((kind, seed, scale) =>
        {
            var cell = (LstmCell<double>)Cells.New<double>(Kinds[kind], 3, 4, seed, scale);
            LstmStep<double> step = cell.Step(Cells.Random<double>(seed, 3).ToArray(), Cells.Random<double>(seed + 1, cell.OutputSize).ToArray(), Cells.Random<double>(seed + 2, 4).ToArray());
            double candidate = cell is OriginalCell<double> ? 2 : 1;
            return step.I.Concat(step.F).Concat(step.O).All(gate => gate is >= 0 and <= 1) && step.G.All(g => Math.Abs(g) <= candidate) && step.TanhC.All(value => Math.Abs(value) <= 1);
        });

    [Fact]
    public void With_its_input_gate_shut_and_its_forget_gate_open_the_standard_cell_keeps_its_state_to_the_bit() =>
        Gen.UInt.Sample(seed =>
        {
            var cell = (StandardCell<double>)Cells.New<double>("Standard", 3, 4, seed);
            for (int n = 0; n < 4; n++) (cell.b.Values[n], cell.b.Values[4 + n]) = (-1e6, 1e6);
            double[] start = Cells.Random<double>(seed, 4).ToArray(), h = new double[4], c = start;
            for (int t = 0; t < 20; t++)
            {
                LstmStep<double> step = cell.Step(Cells.Random<double>(seed + (uint)t, 3).ToArray(), h, c);
                (h, c) = (step.H, step.C);
            }

            return c.SequenceEqual(start);
        });

    [Fact]
    public void Float_agrees_with_double_for_moderate_weights() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.UInt).Sample((kind, seed) =>
        {
            Cell<double> cell = Cells.New<double>(Kinds[kind], 3, 4, seed, 0.5);
            Cell<float> single = cell.To<float>();
            double[] h = new double[cell.OutputSize], c = cell.HasCellState ? new double[4] : [];
            (float[] hSingle, float[] cSingle) = (new float[h.Length], new float[c.Length]);
            for (int t = 0; t < 5; t++)
            {
                double[] x = Cells.Random<double>(seed + (uint)t, 3).ToArray();
                Step<double> step = cell.Step(x, h, c);
                Step<float> stepSingle = single.Step(Array.ConvertAll(x, value => (float)value), hSingle, cSingle);
                (h, c, hSingle, cSingle) = (step.H, step.C, stepSingle.H, stepSingle.C);
            }

            return h.Concat(c).Zip(hSingle.Concat(cSingle), (a, b) => Math.Abs(a - b)).All(difference => difference < 1e-5);
        });
}

using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class SymbolBatchTests
{
    private static readonly int[][] Two = [[3, 4, 5], [6]];

    [Fact]
    public void Shorter_sequences_are_padded_behind_their_end()
    {
        Input<float> input = SymbolBatch.Pad<float>(Two, padding: 9);
        Assert.Equal("[3, 2, 1]", input.Data.Shape());
        Assert.Equal([3, 6, 4, 9, 5, 9], input.Data.ToArray());
        Assert.Equal([3, 1], input.Lengths!);
    }

    [Fact]
    public void A_class_of_each_sequence_is_a_row()
    {
        Dataset<double> samples = SymbolBatch.Classify<double>(Two, [1, 0]);
        Assert.Equal("[2, 1]", samples.Y.Shape());
        Assert.Equal([1, 0], samples.Y.ToArray());
        Assert.Equal([3, 6, 4, 0, 5, 0], samples.X.ToArray());
        Assert.Equal([3, 1], samples.Lengths!);
    }

    [Fact]
    public void A_label_of_each_symbol_is_a_target_of_its_step()
    {
        Dataset<double> samples = SymbolBatch.Label<double>(Two, [[0, 1, 2], [2]]);
        Assert.Equal([0, 2, 1, -1, 2, -1], samples.Y.ToArray());
        Assert.Equal([3, 1], samples.Lengths!);
    }

    [Fact]
    public void A_language_model_reads_from_the_start_and_writes_to_the_end()
    {
        Dataset<double> samples = SymbolBatch.Continue<double>([[3, 4], []], start: 1, end: 2);
        Assert.Equal([1, 1, 3, 0, 4, 0], samples.X.ToArray());
        Assert.Equal([3, 2, 4, 0, 2, 0], samples.Y.ToArray());
        Assert.Equal([3, 1], samples.Lengths!);
    }

    [Fact]
    public void A_decoder_is_forced_to_the_targets_one_step_late()
    {
        Dataset<double> samples = SymbolBatch.Translate<double>(Two, [[7], [8, 9]], start: 1, end: 2);
        Assert.Equal([3, 6, 4, 0, 5, 0], samples.X.ToArray());
        Assert.Equal([3, 1], samples.Lengths!);
        Input<double> forced = Assert.Single(samples.More);
        Assert.Equal([1, 1, 7, 8, 0, 9], forced.Data.ToArray());
        Assert.Equal([2, 3], forced.Lengths!);
        Assert.Equal([7, 8, 2, 9, 0, 2], samples.Y.ToArray());
    }

    [Fact]
    public void A_padded_batch_trains_as_its_sequences_one_by_one()
    {
        // The mean loss over all symbols of the batch is the weighted mean of the sequences' own losses.
        SoftmaxCrossEntropy loss = new(ignoreClass: 0);
        Model<double> model = new(seed: 1, new Embedding<double>(10, 4), new Lstm<double>(4, 5), new Dense<double>(5, 10));
        Dataset<double> both = SymbolBatch.Continue<double>(Two, 1, 2);
        double[] alone = [.. Two.Select(sequence => model.Evaluate(SymbolBatch.Continue<double>([sequence], 1, 2), loss))];
        Assert.Equal(((4 * alone[0]) + (2 * alone[1])) / 6, model.Evaluate(both, loss), 1e-12);
    }

    [Fact]
    public void What_cannot_be_a_batch_is_refused()
    {
        Refused("at least one sequence", () => SymbolBatch.Pad<float>([]));
        Refused("sequences[1] holds no symbols", () => SymbolBatch.Pad<float>([[1], []]));
        Refused("each of the 2 sequences, but holds 1", () => SymbolBatch.Classify<float>(Two, [0]));
        Refused("each of the 3 symbols, but holds 2", () => SymbolBatch.Label<float>(Two, [[0, 1], [0]]));
        Refused("each of the 2 sequences, but holds 1", () => SymbolBatch.Translate<float>(Two, [[1]], 1, 2));
        Refused("cannot hold exactly", () => SymbolBatch.Pad<float>([[(1 << 24) + 1]]));

        static void Refused(string message, Func<object> make) => Assert.Contains(message, Assert.Throws<ArgumentException>(make).Message);
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Tests.Training;

/// <summary>A small task that an LSTM learns in a second: the running mean of its inputs.</summary>
internal static class RunningMean
{
    public static Dataset<T> Dataset<T>(int count = 40, int steps = 8, ulong seed = 1) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RandomStream random = new(seed, "task");
        Tensor<T> x = Tensors.Fill(_ => T.CreateChecked(random.NextNormal()), steps, count, 1), y = Tensors.Zeros<T>(steps, count, 1);
        for (int n = 0; n < count; n++)
        {
            T sum = T.Zero;
            for (int t = 0; t < steps; t++) y[t, n, 0] = (sum += x[t, n, 0]) / T.CreateChecked(t + 1);
        }

        return new(x, y);
    }

    public static Model<T> Model<T>(double dropout = 0, ulong seed = 1) where T : struct, IBinaryFloatingPointIeee754<T> => dropout == 0
        ? new(seed, new Lstm<T>(1, 8), new Dense<T>(8, 1))
        : new(seed, new Lstm<T>(1, 8, layers: 2, dropout: dropout), new Dense<T>(8, 1));

    /// <summary>A hash of the bits of all weights, losses and gradient norms of a short training that touches shuffling, dropout, clipping, lengths and a schedule.</summary>
    public static string Fingerprint<T>() where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Dataset<T> samples = Dataset<T>();
        Model<T> model = Model<T>(dropout: 0.2);
        int[] lengths = [.. Enumerable.Range(0, samples.Count).Select(n => 1 + (n % 8))];
        History history = model.Train(samples.X, samples.Y, new MeanSquaredError(), new Adam(0.01), epochs: 5, batchSize: 7, seed: 3, lengths: lengths, validation: samples, clipping: new ClipByNorm(1), schedule: new CosineDecay(5));
        using MemoryStream bits = new();
        foreach (Parameter<T> parameter in model.Parameters)
            foreach (T value in parameter.Values) bits.Write(BitConverter.GetBytes(double.CreateChecked(value)));
        foreach (double value in history.Epochs.SelectMany(epoch => new[] { epoch.Loss, epoch.ValidationLoss!.Value, epoch.GradientNorm })) bits.Write(BitConverter.GetBytes(value));
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bits.ToArray()));
    }
}


namespace LstmLab;

/// <summary>Turns blocks of many numbers into blocks of a few: the distances moved along random unit vectors.</summary>
/// <remarks>The directional derivative is <c>∂L/∂α = g · v</c>. A wrong entry of relative size r shows as an error of about
/// r/√n.</remarks>
internal static class RandomDirections
{
    /// <summary>Blocks of distances α (all 0), with gradient g · v, and the loss as a function of them.</summary>
    public static (IReadOnlyList<(string, double[], double[])> Blocks, Func<double> Loss) Along(
        IReadOnlyList<(string Name, double[] Values, double[] Gradient)> blocks, Func<double> loss, int directions, ulong seed)
    {
        List<(string, double[], double[])> moved = [];
        List<Action> moves = [];
        for (int index = 0; index < blocks.Count; index++)
        {
            (string name, double[] values, double[] gradient) = blocks[index];
            if (values.Length == 0) continue;
            int first = index * directions;
            double[] distances = new double[directions], origin = (double[])values.Clone();
            double[][] vectors = [.. distances.Select((_, n) => UnitVector(values.Length, new RandomStream(seed, name, first + n)))];
            moved.Add((name, distances, [.. vectors.Select(vector => vector.Zip(gradient, (v, g) => v * g).Sum())]));
            moves.Add(() =>
            {
                origin.CopyTo(values, 0);
                for (int d = 0; d < directions; d++)
                    for (int n = 0; distances[d] != 0 && n < values.Length; n++)
                        values[n] = Math.FusedMultiplyAdd(distances[d], vectors[d][n], values[n]);
            });
        }

        return (moved, Moved);

        double Moved()
        {
            foreach (Action move in moves) move();
            return loss();
        }
    }

    private static double[] UnitVector(int length, RandomStream random)
    {
        double[] vector = [.. Enumerable.Range(0, length).Select(_ => random.NextNormal())];
        double norm = Math.Sqrt(vector.Sum(v => v * v));
        return [.. vector.Select(v => v / norm)];
    }
}

using System.Numerics;

namespace LstmLab.Tests.Sequences;

/// <summary>CTC of one sequence by its definition: the probabilities of all K^T paths, added up by the labeling they give.</summary>
internal sealed class CtcTwin(double[] logits, int classes, int blank)
{
    public int Steps => logits.Length / classes;

    public double Loss(int[] labels) => Loss(Array.ConvertAll(logits, value => new Complex(value, 0)), labels).Real;

    public double[] Gradient(int[] labels) => Paths.Gradient(logits, z => Loss(z, labels));

    /// <summary>All labelings with their probabilities, the most probable first.</summary>
    public (int[] Labels, double Probability)[] Labelings()
    {
        Complex[][] y = Probabilities(Array.ConvertAll(logits, value => new Complex(value, 0)));
        return [.. Paths.All(Steps, classes).GroupBy(path => string.Join(' ', Paths.Collapsed(path, blank)))
            .Select(group => (Paths.Collapsed(group.First(), blank), group.Sum(path => Of(path, y).Real)))
            .OrderByDescending(labeling => labeling.Item2)];
    }

    public int[] LabelsOfBestPath()
    {
        Complex[][] y = Probabilities(Array.ConvertAll(logits, value => new Complex(value, 0)));
        return Paths.Collapsed(Paths.All(Steps, classes).MaxBy(path => Of(path, y).Real)!, blank);
    }

    /// <summary>The probability of each of the 2U + 1 states at each frame, given the labels.</summary>
    public double[] Posteriors(int[] labels)
    {
        Complex[][] y = Probabilities(Array.ConvertAll(logits, value => new Complex(value, 0)));
        int states = (2 * labels.Length) + 1;
        double[] sums = new double[Steps * states];
        double total = 0;
        foreach (int[] path in Paths.All(Steps, classes).Where(path => Paths.Collapsed(path, blank).SequenceEqual(labels)))
        {
            double probability = Of(path, y).Real;
            total += probability;
            for (int t = 0, begun = 0; t < path.Length; t++)
            {
                if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) begun++;
                int state = path[t] == blank ? 2 * begun : (2 * begun) - 1;
                sums[(t * states) + state] += probability;
            }
        }

        return Array.ConvertAll(sums, sum => sum / total);
    }

    private Complex Loss(Complex[] z, int[] labels)
    {
        Complex[][] y = Probabilities(z);
        Complex sum = 0;
        foreach (int[] path in Paths.All(Steps, classes))
        {
            if (Paths.Collapsed(path, blank).SequenceEqual(labels)) sum += Of(path, y);
        }

        return -Complex.Log(sum);
    }

    private static Complex Of(int[] path, Complex[][] y)
    {
        Complex product = 1;
        for (int t = 0; t < path.Length; t++) product *= y[t][path[t]];
        return product;
    }

    private Complex[][] Probabilities(Complex[] z) =>
        [.. z.Chunk(classes).Select(row => row.Select(Complex.Exp).ToArray())
            .Select(row => Array.ConvertAll(row, power => power / row.Aggregate((a, b) => a + b)))];
}

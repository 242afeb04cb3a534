using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Sequences;

internal static class Probabilities
{
    /// <summary>ln softmax(s)_k in double: s_k − m − ln Σ_j exp(s_j − m), m = max s, j upwards.</summary>
    public static double LogSoftmaxAt<T>(ReadOnlySpan<T> scores, int k) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        double largest = double.CreateChecked(TensorPrimitives.Max(scores)), sum = 0;
        foreach (T score in scores) sum += DeterministicMath.Exp(double.CreateChecked(score) - largest);
        return double.CreateChecked(scores[k]) - largest - DeterministicMath.Log(sum);
    }
}

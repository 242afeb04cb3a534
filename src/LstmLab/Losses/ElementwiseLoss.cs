using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>A loss that sees one difference <c>d = prediction − target</c> at a time, in lanes.</summary>
public abstract class ElementwiseLoss : Loss
{
    private protected ElementwiseLoss()
    {
    }

    /// <summary>What <see cref="Loss.Add"/> does, for a loss of one element.</summary>
    private protected static void Add<T, TFormula>(
        TFormula formula, ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, double scale)
        where T : struct, IBinaryFloatingPointIeee754<T> where TFormula : struct, IFormula =>
        sum.Add(new Terms<T, TFormula> { Formula = formula, Predictions = predictions, Targets = targets, Gradients = gradients, Scale = scale }, predictions.Length);

    /// <summary>The loss of one element.</summary>
    private protected interface IFormula
    {
        /// <summary>ℓ(d) of every lane.</summary>
        /// <param name="d">prediction − target; NaN must give NaN.</param>
        /// <param name="slope">Receives dℓ/dd.</param>
        V At<V>(V d, out V slope) where V : struct, ILanes<V, double>;
    }

    private ref struct Terms<T, TFormula> : ITerms where T : struct, IBinaryFloatingPointIeee754<T> where TFormula : struct, IFormula
    {
        public TFormula Formula;
        public ReadOnlySpan<T> Predictions, Targets;
        public Span<T> Gradients;
        public double Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(nint n) where V : struct, ILanes<V, double>
        {
            V loss = Formula.At(Predictions.Widen<T, V>(n) - Targets.Widen<T, V>(n), out V slope);
            if (!Gradients.IsEmpty) Gradients.Narrow(n, slope * V.Of(Scale));
            return loss;
        }
    }
}

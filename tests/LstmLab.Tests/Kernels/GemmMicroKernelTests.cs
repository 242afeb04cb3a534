using System.Numerics;
using Xunit;

namespace LstmLab.Tests.Kernels;

/// <summary>Tiles of 2, 3 and 4 vectors have the bits of a plain loop.</summary>
public class GemmMicroKernelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 40)]
    [InlineData(4, 7)]
    [InlineData(7, 200)]
    [InlineData(9, 700)]
    public void Every_number_of_vectors_has_the_bits_of_a_plain_loop(int rows, int k)
    {
        Widths<TwoVectors>(rows, k);
        Widths<ThreeVectors>(rows, k);
        Widths<FourVectors>(rows, k);
    }

    private static void Widths<N>(int rows, int k) where N : struct, IVectorCount
    {
        RequireLoop<float, Lanes1<float>, N>(rows, k);
        RequireLoop<float, Lanes128<float>, N>(rows, k);
        RequireLoop<float, Lanes256<float>, N>(rows, k);
        RequireLoop<float, Lanes512<float>, N>(rows, k);
        RequireLoop<double, Lanes256<double>, N>(rows, k);
        RequireLoop<double, Lanes512<double>, N>(rows, k);
    }

    // The panel is a window of rows that are one vector longer, and so are the rows of the result: the rest must stay.
    private static void RequireLoop<T, V, N>(int rows, int k)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where N : struct, IVectorCount
    {
        int width = N.Count * V.Count, pitch = width + V.Count;
        RandomStream random = new(1, "numbers");
        T[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextNormal()))];
        T[] a = Draw(rows * k), p = Draw(k * pitch), start = Draw(width), found = Draw(rows * pitch), expected = [.. found];
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < width; n++)
            {
                T sum = start[n];
                for (int j = 0; j < k; j++) sum = T.FusedMultiplyAdd(a[(r * k) + j], p[(j * pitch) + n], sum);
                expected[(r * pitch) + n] = sum;
            }
        }

        PanelProduct<T, V>.Multiply<N>(rows, ref a[0], k, 1, k, ref p[0], pitch, ref start[0], 0, ref found[0], pitch);
        Assert.Equal(expected, found);
    }
}

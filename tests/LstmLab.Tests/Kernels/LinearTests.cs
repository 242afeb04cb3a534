using System.Numerics;
using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Kernels;

/// <summary>Products in tiles have the bits of three plain loops, at every size, vector width and number of threads.</summary>
public class LinearTests
{
    // Every number of rows, inputs and outputs from 1 to 70 is met, with the other two drawn.
    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            RandomStream random = new(2, "sizes");
            TheoryData<int, int, int> sizes = [];
            for (int n = 1; n <= 70; n++)
            {
                sizes.Add(n, 1 + random.NextInt(20), 1 + random.NextInt(20));
                sizes.Add(1 + random.NextInt(20), n, 1 + random.NextInt(20));
                sizes.Add(1 + random.NextInt(20), 1 + random.NextInt(20), n);
            }

            sizes.Add(400, 40, 70);
            return sizes;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Every_vector_width_has_the_bits_of_plain_loops(int rows, int I, int O)
    {
        Widths<float>(rows, I, O);
        Widths<double>(rows, I, O);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Any_number_of_threads_has_the_bits_of_plain_loops(int threads)
    {
        const int rows = 701, I = 131, O = 121;
        Assert.True((long)rows * I * O > Workers.MinWorkToParallelizeBatch, "the work is enough for threads");
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            RequireLoops<float>(rows, I, O, Linear<float>.Of);
        }
        finally
        {
            Threads.Count = before;
        }
    }

    private static void Widths<T>(int rows, int I, int O) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RequireLoops<T>(rows, I, O, (W, b) => new Linear<T, Lanes1<T>>(W, b));
        RequireLoops<T>(rows, I, O, (W, b) => new Linear<T, Lanes128<T>>(W, b));
        RequireLoops<T>(rows, I, O, (W, b) => new Linear<T, Lanes256<T>>(W, b));
        RequireLoops<T>(rows, I, O, (W, b) => new Linear<T, Lanes512<T>>(W, b));
    }

    private static void RequireLoops<T>(int rows, int I, int O, Func<Parameter<T>, Parameter<T>, Linear<T>> make)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        RandomStream random = new(5, "numbers");
        T[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextNormal()))];
        Parameter<T> W = new("weight", ParameterRole.Input, O, I), b = new("bias", ParameterRole.Bias, O);
        W.Set(Draw(O * I));
        b.Set(Draw(O));
        T[] x = Draw(rows * I), dY = Draw(rows * O), y = new T[rows * O], dX = new T[rows * I], dW = new T[O * I], db = new T[O];
        for (int row = 0; row < rows; row++)
        {
            for (int o = 0; o < O; o++)
            {
                T sum = b.Values[o], dy = dY[(row * O) + o];
                for (int j = 0; j < I; j++)
                {
                    T weight = W.Values[(o * I) + j], input = x[(row * I) + j];
                    sum = T.FusedMultiplyAdd(weight, input, sum);
                    dW[(o * I) + j] = T.FusedMultiplyAdd(dy, input, dW[(o * I) + j]);
                    dX[(row * I) + j] = T.FusedMultiplyAdd(weight, dy, dX[(row * I) + j]);
                }

                y[(row * O) + o] = sum;
                db[o] += dy;
            }
        }

        Linear<T> linear = make(W, b);
        Tensor<T> outputs = Tensors.Zeros<T>(rows, O), dInputs = Tensors.Zeros<T>(rows, I);
        linear.Forward(Tensors.Of(x, rows, I), outputs);
        linear.Backward(Tensors.Of(x, rows, I), Tensors.Of(dY, rows, O), dInputs);
        Assert.Equal(y, outputs.ToArray());
        Assert.Equal(dX, dInputs.ToArray());
        Assert.Equal(dW, W.Gradient);
        Assert.Equal(db, b.Gradient);
    }
}

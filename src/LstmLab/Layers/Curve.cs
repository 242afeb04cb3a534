using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>A function of one number and its derivative, in lanes.</summary>
internal interface IFunction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y(x).</summary>
    static abstract V Of<V>(V x) where V : struct, ILanes<V, T>;

    /// <summary>∂L/∂x from x, y(x) and ∂L/∂y.</summary>
    static abstract V Gradient<V>(V x, V y, V dY) where V : struct, ILanes<V, T>;
}

/// <summary>Applies a function to every number of an array.</summary>
internal abstract class Curve<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes y(x).</summary>
    public abstract void Forward(ReadOnlySpan<T> x, Span<T> y);

    /// <summary>Writes ∂L/∂x.</summary>
    public abstract void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX);
}

/// <inheritdoc/>
internal sealed class Curve<T, TFunction> : Curve<T> where T : struct, IBinaryFloatingPointIeee754<T> where TFunction : IFunction<T>
{
    public override void Forward(ReadOnlySpan<T> x, Span<T> y) => Elementwise.Run<T, Values>(new() { X = x, Y = y }, 0, x.Length);

    public override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX) =>
        Elementwise.Run<T, Gradients>(new() { X = x, Y = y, DY = dY, DX = dX }, 0, x.Length);

    private ref struct Values : IElementwise<T>
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T> => Y.Store(n, TFunction.Of(X.Load<T, V>(n)));
    }

    private ref struct Gradients : IElementwise<T>
    {
        public ReadOnlySpan<T> X, Y, DY;
        public Span<T> DX;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T> =>
            DX.Store(n, TFunction.Gradient(X.Load<T, V>(n), Y.Load<T, V>(n), DY.Load<T, V>(n)));
    }
}

/// <summary>max(x, 0).</summary>
internal readonly struct ReluFunction<T> : IFunction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, T> => V.Where(V.Of(T.Zero), x, V.Of(T.Zero), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient<V>(V x, V y, V dY) where V : struct, ILanes<V, T> => V.Where(x, V.Of(T.Zero), dY, V.Of(T.Zero));
}

/// <summary>tanh(x).</summary>
internal readonly struct TanhFunction<T> : IFunction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, T> => DeterministicMath.Tanh<T, V>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient<V>(V x, V y, V dY) where V : struct, ILanes<V, T> =>
        dY * V.MultiplyAdd(V.Of(T.Zero) - y, y, V.Of(T.One));
}

/// <summary>σ(x).</summary>
internal readonly struct SigmoidFunction<T> : IFunction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, T> => DeterministicMath.Sigmoid<T, V>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient<V>(V x, V y, V dY) where V : struct, ILanes<V, T> => dY * y * (V.Of(T.One) - y);
}

/// <summary>x Φ(x).</summary>
internal readonly struct GeluFunction<T> : IFunction<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    // 1/√2 and 1/√(2π).
    private static T RootOfHalf => T.CreateTruncating(0.70710678118654752440);
    private static T Peak => T.CreateTruncating(0.39894228040143267794);
    private static T Half => T.CreateTruncating(0.5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, T> => x * Distribution(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gradient<V>(V x, V y, V dY) where V : struct, ILanes<V, T>
    {
        V density = V.Of(Peak) * DeterministicMath.Exp<T, V>(V.Of(-Half) * x * x);
        return dY * V.MultiplyAdd(x, density, Distribution(x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Distribution<V>(V x) where V : struct, ILanes<V, T> =>
        V.MultiplyAdd(V.Of(Half), DeterministicMath.Erf<T, V>(V.Of(RootOfHalf) * x), V.Of(Half));
}

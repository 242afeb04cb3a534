using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>
/// A vector of numbers, each computed on its own: fast code is written in terms of it, once for every vector width and number type.
/// Every operation is an IEEE one, rounded once, so that a lane's bits do not depend on how many lanes there are.
/// </summary>
/// <remarks>Comparisons with NaN: <see cref="Min"/> and <see cref="Max"/> keep NaN if it is the second argument; <see cref="Where"/> takes
/// the last.</remarks>
internal interface ILanes<TSelf, T> where TSelf : struct, ILanes<TSelf, T>
{
    /// <summary>W, the number of lanes.</summary>
    static abstract int Count { get; }

    static abstract TSelf Of(T value);

    static abstract TSelf Load(ref T source);

    void Store(ref T target);

    /// <summary>Loads floats; for lanes of double alone.</summary>
    static abstract TSelf Widen(ref float source);

    /// <summary>Stores each number rounded to float; for lanes of double alone.</summary>
    void Narrow(ref float target);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Abs(TSelf a);

    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    static abstract TSelf Min(TSelf a, TSelf b);

    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>a &gt; b ? then : otherwise.</summary>
    static abstract TSelf Where(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary>The bits of a shifted left by the length of the mantissa: an integer in the low bits becomes an exponent.</summary>
    static abstract TSelf ToExponent(TSelf a);
}

/// <summary>One lane: what the readable equations compute with.</summary>
internal readonly struct Lanes1<T>(T value) : ILanes<Lanes1<T>, T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly T _value = value;

    public static int Count => 1;

    /// <summary>The number.</summary>
    public T Value => _value;

    public static Lanes1<T> Of(T value) => new(value);

    public static Lanes1<T> Load(ref T source) => new(source);

    public void Store(ref T target) => target = _value;

    public static Lanes1<T> Widen(ref float source) => new(T.CreateTruncating(source));

    public void Narrow(ref float target) => target = float.CreateTruncating(_value);

    public static Lanes1<T> operator +(Lanes1<T> a, Lanes1<T> b) => new(a._value + b._value);

    public static Lanes1<T> operator -(Lanes1<T> a, Lanes1<T> b) => new(a._value - b._value);

    public static Lanes1<T> operator *(Lanes1<T> a, Lanes1<T> b) => new(a._value * b._value);

    public static Lanes1<T> operator /(Lanes1<T> a, Lanes1<T> b) => new(a._value / b._value);

    public static Lanes1<T> MultiplyAdd(Lanes1<T> a, Lanes1<T> b, Lanes1<T> c) => new(T.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes1<T> Sqrt(Lanes1<T> a) => new(T.Sqrt(a._value));

    public static Lanes1<T> Abs(Lanes1<T> a) => new(T.Abs(a._value));

    public static Lanes1<T> CopySign(Lanes1<T> magnitude, Lanes1<T> sign) => new(T.CopySign(magnitude._value, sign._value));

    public static Lanes1<T> Min(Lanes1<T> a, Lanes1<T> b) => a._value < b._value ? a : b;

    public static Lanes1<T> Max(Lanes1<T> a, Lanes1<T> b) => a._value > b._value ? a : b;

    public static Lanes1<T> Where(Lanes1<T> a, Lanes1<T> b, Lanes1<T> then, Lanes1<T> otherwise) => a._value > b._value ? then : otherwise;

    public static Lanes1<T> ToExponent(Lanes1<T> a) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(a._value) << 23))
        : new(Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(a._value) << 52));
}

/// <summary>512 bits.</summary>
internal readonly struct Lanes512<T>(Vector512<T> value) : ILanes<Lanes512<T>, T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> _value = value;

    public static int Count => Vector512<T>.Count;

    public static Lanes512<T> Of(T value) => new(Vector512.Create(value));

    public static Lanes512<T> Load(ref T source) => new(Vector512.LoadUnsafe(ref source));

    public void Store(ref T target) => _value.StoreUnsafe(ref target);

    public static Lanes512<T> Widen(ref float source) =>
        new(Vector512.WidenLower(Vector256.LoadUnsafe(ref source).ToVector512Unsafe()).As<double, T>());

    public void Narrow(ref float target) => Vector512.Narrow(_value.AsDouble(), _value.AsDouble()).GetLower().StoreUnsafe(ref target);

    public static Lanes512<T> operator +(Lanes512<T> a, Lanes512<T> b) => new(a._value + b._value);

    public static Lanes512<T> operator -(Lanes512<T> a, Lanes512<T> b) => new(a._value - b._value);

    public static Lanes512<T> operator *(Lanes512<T> a, Lanes512<T> b) => new(a._value * b._value);

    public static Lanes512<T> operator /(Lanes512<T> a, Lanes512<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c) => typeof(T) == typeof(float)
        ? new(Vector512.FusedMultiplyAdd(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector512.FusedMultiplyAdd(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    public static Lanes512<T> Sqrt(Lanes512<T> a) => new(Vector512.Sqrt(a._value));

    public static Lanes512<T> Abs(Lanes512<T> a) => new(Vector512.Abs(a._value));

    public static Lanes512<T> CopySign(Lanes512<T> magnitude, Lanes512<T> sign) =>
        new(Vector512.ConditionalSelect(Vector512.Create(-T.Zero), sign._value, magnitude._value));

    public static Lanes512<T> Min(Lanes512<T> a, Lanes512<T> b) => new(Vector512.MinNative(a._value, b._value));

    public static Lanes512<T> Max(Lanes512<T> a, Lanes512<T> b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Where(Lanes512<T> a, Lanes512<T> b, Lanes512<T> then, Lanes512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a._value, b._value), then._value, otherwise._value));

    public static Lanes512<T> ToExponent(Lanes512<T> a) => typeof(T) == typeof(float) ? new(a._value << 23) : new(a._value << 52);
}

/// <summary>256 bits.</summary>
internal readonly struct Lanes256<T>(Vector256<T> value) : ILanes<Lanes256<T>, T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _value = value;

    public static int Count => Vector256<T>.Count;

    public static Lanes256<T> Of(T value) => new(Vector256.Create(value));

    public static Lanes256<T> Load(ref T source) => new(Vector256.LoadUnsafe(ref source));

    public void Store(ref T target) => _value.StoreUnsafe(ref target);

    public static Lanes256<T> Widen(ref float source) =>
        new(Vector256.WidenLower(Vector128.LoadUnsafe(ref source).ToVector256Unsafe()).As<double, T>());

    public void Narrow(ref float target) => Vector256.Narrow(_value.AsDouble(), _value.AsDouble()).GetLower().StoreUnsafe(ref target);

    public static Lanes256<T> operator +(Lanes256<T> a, Lanes256<T> b) => new(a._value + b._value);

    public static Lanes256<T> operator -(Lanes256<T> a, Lanes256<T> b) => new(a._value - b._value);

    public static Lanes256<T> operator *(Lanes256<T> a, Lanes256<T> b) => new(a._value * b._value);

    public static Lanes256<T> operator /(Lanes256<T> a, Lanes256<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> a, Lanes256<T> b, Lanes256<T> c) => typeof(T) == typeof(float)
        ? new(Vector256.FusedMultiplyAdd(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector256.FusedMultiplyAdd(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    public static Lanes256<T> Sqrt(Lanes256<T> a) => new(Vector256.Sqrt(a._value));

    public static Lanes256<T> Abs(Lanes256<T> a) => new(Vector256.Abs(a._value));

    public static Lanes256<T> CopySign(Lanes256<T> magnitude, Lanes256<T> sign) =>
        new(Vector256.ConditionalSelect(Vector256.Create(-T.Zero), sign._value, magnitude._value));

    public static Lanes256<T> Min(Lanes256<T> a, Lanes256<T> b) => new(Vector256.MinNative(a._value, b._value));

    public static Lanes256<T> Max(Lanes256<T> a, Lanes256<T> b) => new(Vector256.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Where(Lanes256<T> a, Lanes256<T> b, Lanes256<T> then, Lanes256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a._value, b._value), then._value, otherwise._value));

    public static Lanes256<T> ToExponent(Lanes256<T> a) => typeof(T) == typeof(float) ? new(a._value << 23) : new(a._value << 52);
}

/// <summary>128 bits.</summary>
internal readonly struct Lanes128<T>(Vector128<T> value) : ILanes<Lanes128<T>, T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector128<T> _value = value;

    public static int Count => Vector128<T>.Count;

    public static Lanes128<T> Of(T value) => new(Vector128.Create(value));

    public static Lanes128<T> Load(ref T source) => new(Vector128.LoadUnsafe(ref source));

    public void Store(ref T target) => _value.StoreUnsafe(ref target);

    public static Lanes128<T> Widen(ref float source) =>
        new(Vector128.WidenLower(Vector64.LoadUnsafe(ref source).ToVector128Unsafe()).As<double, T>());

    public void Narrow(ref float target) => Vector128.Narrow(_value.AsDouble(), _value.AsDouble()).GetLower().StoreUnsafe(ref target);

    public static Lanes128<T> operator +(Lanes128<T> a, Lanes128<T> b) => new(a._value + b._value);

    public static Lanes128<T> operator -(Lanes128<T> a, Lanes128<T> b) => new(a._value - b._value);

    public static Lanes128<T> operator *(Lanes128<T> a, Lanes128<T> b) => new(a._value * b._value);

    public static Lanes128<T> operator /(Lanes128<T> a, Lanes128<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> a, Lanes128<T> b, Lanes128<T> c) => typeof(T) == typeof(float)
        ? new(Vector128.FusedMultiplyAdd(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector128.FusedMultiplyAdd(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    public static Lanes128<T> Sqrt(Lanes128<T> a) => new(Vector128.Sqrt(a._value));

    public static Lanes128<T> Abs(Lanes128<T> a) => new(Vector128.Abs(a._value));

    public static Lanes128<T> CopySign(Lanes128<T> magnitude, Lanes128<T> sign) =>
        new(Vector128.ConditionalSelect(Vector128.Create(-T.Zero), sign._value, magnitude._value));

    public static Lanes128<T> Min(Lanes128<T> a, Lanes128<T> b) => new(Vector128.MinNative(a._value, b._value));

    public static Lanes128<T> Max(Lanes128<T> a, Lanes128<T> b) => new(Vector128.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Where(Lanes128<T> a, Lanes128<T> b, Lanes128<T> then, Lanes128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a._value, b._value), then._value, otherwise._value));

    public static Lanes128<T> ToExponent(Lanes128<T> a) => typeof(T) == typeof(float) ? new(a._value << 23) : new(a._value << 52);
}

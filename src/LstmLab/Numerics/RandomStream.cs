using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// Random numbers with the same bits everywhere: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers:
/// as easy as 1, 2, 3", SC 2011). A stream is fixed by (seed, purpose, index), so streams never depend on the order in
/// which work is done: the shuffle of epoch 7 is stream (seed, "shuffle", 7) whatever ran before it.
/// </summary>
public sealed class RandomStream
{
    // Counters computed at once, side by side.
    private const int Blocks = 16;

    private readonly uint _key0, _key1, _purpose;
    private uint _index;
    private ulong _block;
    private readonly ulong[] _output = new ulong[4 * Blocks];   // [word][block]
    private uint _used = 4 * Blocks;
    private double _spareNormal = double.NaN;

    /// <summary>Opens the stream at its beginning.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="purpose">What the numbers are for, e.g. "shuffle"; hashed by 32-bit FNV-1a.</param>
    /// <param name="index">Number of the stream within its purpose, e.g. the epoch or the parameter.</param>
    public RandomStream(ulong seed, string purpose, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        (_key0, _key1, _index) = ((uint)seed, (uint)(seed >> 32), (uint)index);
        _purpose = 2166136261;
        foreach (char letter in purpose) _purpose = (_purpose ^ letter) * 16777619;
    }

    /// <summary>Goes to another stream of the same seed and purpose: to its beginning, or to a later block of four 32-bit words.</summary>
    internal void Seek(int index, ulong block = 0)
    {
        _index = (uint)index;
        _block = block;
        _used = 4 * Blocks;
        _spareNormal = double.NaN;
    }

    /// <summary>Ten Philox rounds on counters side by side, each of four words of 32 bits; the published test vectors are tests of
    /// it.</summary>
    internal static void Philox(
        ref Vector<ulong> counter0, ref Vector<ulong> counter1, ref Vector<ulong> counter2, ref Vector<ulong> counter3,
        uint key0, uint key1)
    {
        Vector<ulong> word = new(uint.MaxValue), factor0 = new(0xD2511F53UL), factor1 = new(0xCD9E8D57UL);
        for (int round = 0; round < 10; round++)
        {
            Vector<ulong> product0 = factor0 * counter0, product1 = factor1 * counter2;
            counter0 = (product1 >>> 32) ^ counter1 ^ new Vector<ulong>(key0);
            counter2 = (product0 >>> 32) ^ counter3 ^ new Vector<ulong>(key1);
            counter1 = product1 & word;
            counter3 = product0 & word;
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
    }

    /// <summary>The next 32 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextUInt32()
    {
        if (_used == 4 * Blocks) Refill();
        uint next = _used++;
        return (uint)_output[(next % 4 * Blocks) + (next / 4)];
    }

    private void Refill()
    {
        for (int block = 0; block < Blocks; block += Vector<ulong>.Count)
        {
            Vector<ulong> counter = new Vector<ulong>(_block) + Vector<ulong>.Indices;
            Vector<ulong> word0 = counter & new Vector<ulong>(uint.MaxValue), word1 = counter >>> 32;
            Vector<ulong> word2 = new(_index), word3 = new(_purpose);
            Philox(ref word0, ref word1, ref word2, ref word3, _key0, _key1);
            word0.CopyTo(_output, block);
            word1.CopyTo(_output, Blocks + block);
            word2.CopyTo(_output, (2 * Blocks) + block);
            word3.CopyTo(_output, (3 * Blocks) + block);
            _block += (ulong)Vector<ulong>.Count;
        }

        _used = 0;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble()
    {
        ulong high = NextUInt32(), low = NextUInt32();
        return (((high << 32) | low) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Standard normal: mean 0, variance 1 (Marsaglia's polar method).</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        while (true)
        {
            double u = NextUniform(-1, 1), v = NextUniform(-1, 1), square = (u * u) + (v * v);
            if (square is 0 or >= 1) continue;
            double scale = Math.Sqrt(-2 * DeterministicMath.Log(square) / square);
            _spareNormal = v * scale;
            return u * scale;
        }
    }

    /// <summary>Uniform in 0 … <paramref name="bound"/> − 1, without bias (Lemire's method with rejection).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        uint range = (uint)bound, threshold = (uint)-bound % range;
        while (true)
        {
            ulong product = (ulong)NextUInt32() * range;
            if ((uint)product >= threshold) return (int)(product >> 32);
        }
    }

    /// <summary>Puts the items in random order, in place (Fisher and Yates).</summary>
    public void Shuffle(int[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}

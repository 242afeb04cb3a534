namespace LstmLab.Numerics;

/// <summary>
/// Random numbers with the same bits everywhere: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers:
/// as easy as 1, 2, 3", SC 2011). A stream is fixed by (seed, purpose, index), so streams never depend on the order in
/// which work is done: the shuffle of epoch 7 is stream (seed, "shuffle", 7) whatever ran before it.
/// </summary>
public sealed class RandomStream
{
    private readonly uint _key0, _key1, _purpose;
    private uint _index;
    private ulong _block;
    private readonly uint[] _output = new uint[4];
    private int _used = 4;
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

    /// <summary>Goes to the beginning of another stream of the same seed and purpose.</summary>
    internal void Seek(int index) => (_index, _block, _used, _spareNormal) = ((uint)index, 0, 4, double.NaN);

    /// <summary>Ten Philox rounds on one counter; the published test vectors are tests of it.</summary>
    internal static void Philox(uint counter0, uint counter1, uint counter2, uint counter3, uint key0, uint key1, uint[] output)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53UL * counter0, product1 = 0xCD9E8D57UL * counter2;
            (counter0, counter1, counter2, counter3) =
                ((uint)(product1 >> 32) ^ counter1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter3 ^ key1, (uint)product0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        (output[0], output[1], output[2], output[3]) = (counter0, counter1, counter2, counter3);
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            Philox((uint)_block, (uint)(_block >> 32), _index, _purpose, _key0, _key1, _output);
            _block++;
            _used = 0;
        }

        return _output[_used++];
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
            double scale = Math.Sqrt(-2 * Elementary.Log(square) / square);
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

using Xunit;

namespace LstmLab.Tests.Numerics;

public class InterleavedSumTests
{
    private static readonly double[] Terms = [.. Enumerable.Range(0, 300).Select(n => new RandomStream(1, "terms", n).NextNormal() * Math.ScaleB(1, n % 40))];

    [Fact]
    public void The_total_is_that_of_the_definition_however_the_terms_came()
    {
        for (int count = 0; count <= Terms.Length; count++)
        {
            InterleavedSum alone = default, together = default, mixed = default;
            foreach (double term in Terms[..count]) alone.Add(term);
            together.Add(new Part(Terms), count);
            RandomStream random = new(2, "parts", count);
            for (int n = 0, length; n < count; n += length)
            {
                length = Math.Min(1 + random.NextInt(70), count - n);
                if (length == 1) mixed.Add(Terms[n]);
                else mixed.Add(new Part(Terms.AsSpan(n)), length);
            }

            double expected = ByDefinition(Terms[..count]);
            Assert.Equal((expected, expected, expected), (alone.Total, together.Total, mixed.Total));
        }
    }

    [Fact]
    public void One_undefined_term_makes_the_total_undefined()
    {
        for (int n = 0; n < 50; n++)
        {
            double[] terms = Terms[..50];
            terms[n] = double.NaN;
            InterleavedSum sum = default;
            sum.Add(new Part(terms), terms.Length);
            Assert.Equal(double.NaN, sum.Total);
        }
    }

    /// <summary>The sum by its equations, one number after another.</summary>
    internal static double ByDefinition(IReadOnlyList<double> terms)
    {
        double[] s = new double[16];
        for (int k = 0; k < terms.Count; k++) s[k % 16] += terms[k];
        foreach (int half in new[] { 8, 4, 2, 1 })
            for (int j = 0; j < half; j++) s[j] += s[j + half];
        return s[0];
    }

    private readonly ref struct Part(ReadOnlySpan<double> terms) : ITerms
    {
        private readonly ReadOnlySpan<double> _terms = terms;

        public V At<V>(nint n) where V : struct, ILanes<V, double> => _terms.Load<double, V>(n);
    }
}

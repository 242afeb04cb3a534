using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>Attention against the sums of its formula, written one number at a time, and against its gradients, derived number by
/// number.</summary>
public class AttentionTwinTests
{
    private const int U = 3, T = 6, B = 3, K = 4, V = 5, A = 2;
    private static readonly int[] Lengths = [6, 1, 4];

    public static TheoryData<string> Kinds => ["additive", "dot", "scaled dot"];

    [Theory, MemberData(nameof(Kinds))]
    public void Contexts_weights_and_gradients_are_those_of_the_formula(string kind)
    {
        Tensor<double> queries = Make.Normal(1, U, B, K), keys = Make.Normal(2, T, B, K), values = Make.Normal(3, T, B, V);
        Tensor<double> dContexts = Make.Normal(4, U, B, V), dWeights = Make.Normal(5, U, B, T);
        AdditiveAttention<double> additive = new(K, K, A);
        foreach ((int n, Parameter<double> parameter) in additive.Parameters.Index())
            parameter.Set(Make.Normal((ulong)(10 + n), parameter.Values.Length, 1).ToArray());

        Tape<double> tape = new Tape<double>().Begin(Pass.PredictWithGradient);
        Value<double> q = tape.Input(queries, null, true), k = tape.Input(keys, Lengths, true), v = tape.Input(values, Lengths, true);
        (Value<double> contexts, Value<double> weights) = kind == "additive" ? additive.Attend(q, k, v)
            : new DotAttention<double>(scaled: kind == "scaled dot").Attend(q, k, v);
        additive.ClearGradients();
        tape.Backward((contexts, dContexts), (weights, dWeights));

        Twin twin = new(kind, queries, keys, values, additive);
        twin.Run(dContexts, dWeights);
        Agree(twin.Contexts, contexts.Data);
        Agree(twin.Weights, weights.Data);
        Agree(twin.DQueries, q.Gradient!);
        Agree(twin.DKeys, k.Gradient!);
        Agree(twin.DValues, v.Gradient!);
        if (kind != "additive") return;
        Agree(twin.DW, additive["query.weight"].Gradient);
        Agree(twin.DU, additive["key.weight"].Gradient);
        Agree(twin.Dv, additive["score.weight"].Gradient);
    }

    private static void Agree(Array expected, Tensor<double> found) => Agree(expected, found.ToArray());

    private static void Agree(Array expected, double[] found)
    {
        double[] numbers = [.. expected.Cast<double>()];
        Assert.Equal(numbers.Length, found.Length);
        Assert.Contains(numbers, number => Math.Abs(number) > 1e-3);
        for (int n = 0; n < numbers.Length; n++) Assert.Equal(numbers[n], found[n], 1e-12);
    }

    // e_t = score(q, k_t), α = exp(e) / Σ exp(e) over the sequence's own steps, c = Σ_t α_t v_t.
    private sealed class Twin(string kind, Tensor<double> q, Tensor<double> k, Tensor<double> v, AdditiveAttention<double> additive)
    {
        private readonly double[] _w = additive["query.weight"].Values, _u = additive["key.weight"].Values, _v = additive["score.weight"].Values;

        public double[,,] Contexts { get; } = new double[U, B, V];
        public double[,,] Weights { get; } = new double[U, B, T];
        public double[,,] DQueries { get; } = new double[U, B, K];
        public double[,,] DKeys { get; } = new double[T, B, K];
        public double[,,] DValues { get; } = new double[T, B, V];
        public double[,] DW { get; } = new double[A, K];
        public double[,] DU { get; } = new double[A, K];
        public double[] Dv { get; } = new double[A];

        public void Run(Tensor<double> dContexts, Tensor<double> dWeights)
        {
            for (int u = 0; u < U; u++)
            {
                for (int b = 0; b < B; b++)
                {
                    double total = Enumerable.Range(0, Lengths[b]).Sum(t => Math.Exp(Score(u, t, b)));
                    for (int t = 0; t < Lengths[b]; t++)
                    {
                        Weights[u, b, t] = Math.Exp(Score(u, t, b)) / total;
                        for (int n = 0; n < V; n++) Contexts[u, b, n] += Weights[u, b, t] * v[t, b, n];
                    }

                    // ∂α_s/∂e_t = α_s ((s = t) − α_t): summed over s for every t.
                    double DWeight(int s) => dWeights[u, b, s] + Enumerable.Range(0, V).Sum(n => dContexts[u, b, n] * v[s, b, n]);
                    for (int t = 0; t < Lengths[b]; t++)
                    {
                        double dScore = 0;
                        for (int s = 0; s < Lengths[b]; s++)
                            dScore += DWeight(s) * Weights[u, b, s] * ((s == t ? 1 : 0) - Weights[u, b, t]);
                        ScoreBack(dScore, u, t, b);
                        for (int n = 0; n < V; n++) DValues[t, b, n] += Weights[u, b, t] * dContexts[u, b, n];
                    }
                }
            }
        }

        private double Scale => kind == "scaled dot" ? 1 / Math.Sqrt(K) : 1;

        private double Unit(int u, int t, int b, int a)
        {
            double sum = 0;
            for (int n = 0; n < K; n++) sum += (_w[(a * K) + n] * q[u, b, n]) + (_u[(a * K) + n] * k[t, b, n]);
            return Math.Tanh(sum);
        }

        private double Score(int u, int t, int b) => kind == "additive"
            ? Enumerable.Range(0, A).Sum(a => _v[a] * Unit(u, t, b, a))
            : Enumerable.Range(0, K).Sum(n => q[u, b, n] * k[t, b, n]) * Scale;

        private void ScoreBack(double dScore, int u, int t, int b)
        {
            for (int n = 0; n < K; n++)
            {
                if (kind != "additive")
                {
                    DQueries[u, b, n] += dScore * Scale * k[t, b, n];
                    DKeys[t, b, n] += dScore * Scale * q[u, b, n];
                    continue;
                }

                for (int a = 0; a < A; a++)
                {
                    double unit = Unit(u, t, b, a), dUnit = dScore * _v[a] * (1 - (unit * unit));
                    DQueries[u, b, n] += dUnit * _w[(a * K) + n];
                    DKeys[t, b, n] += dUnit * _u[(a * K) + n];
                    DW[a, n] += dUnit * q[u, b, n];
                    DU[a, n] += dUnit * k[t, b, n];
                    if (n == 0) Dv[a] += dScore * unit;
                }
            }
        }
    }
}

using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LstmLab;

/// <summary>How weights are drawn before training.</summary>
public abstract class Initializer
{
    /// <summary>PyTorch's default: every weight and bias from U(−1/√n, 1/√n), n = H for a recurrent layer, I for a dense one; embeddings
    /// from N(0, 1).</summary>
    public static Initializer Uniform { get; } = new UniformInitializer();

    /// <summary>Every gate's matrix from U(−a, a), a = √(6 / (rows + columns)); biases 0. X. Glorot, Y. Bengio, AISTATS 2010.</summary>
    public static Initializer Xavier { get; } = new XavierInitializer();

    /// <summary>Every gate's recurrent matrix orthogonal (A. Saxe, J. McClelland, S. Ganguli, ICLR 2014), the others as
    /// <see cref="Xavier"/>.</summary>
    public static Initializer Orthogonal { get; } = new OrthogonalInitializer();

    /// <summary>The same, then the forget gates' bias set to a value (in total: a second bias is set to 0). R. Jozefowicz, W. Zaremba, I.
    /// Sutskever, ICML 2015.</summary>
    /// <remarks>A layer without biases of a forget gate f refuses it when it is initialized.</remarks>
    public Initializer WithForgetBias(double value) => new BiasInitializer(this, "f", (_, _) => value);

    /// <summary>
    /// The same, then the chrono initialization: b_f = ln(u), u from U(1, maxLag − 1), and b_i = −b_f, so that memories last from 1
    /// to maxLag steps. C. Tallec, Y. Ollivier, "Can recurrent neural networks warp time?", ICLR 2018.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">maxLag is not above 2.</exception>
    public Initializer WithChrono(double maxLag)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxLag, 2);
        Initializer forget = new BiasInitializer(this, "f", (random, _) => DeterministicMath.Log(random.NextUniform(1, maxLag - 1)));
        return new BiasInitializer(forget, "i", (_, forgetBias) => -forgetBias);
    }

    /// <summary>Throws when a layer lacks the bias that this initializer sets.</summary>
    /// <exception cref="InvalidOperationException">It lacks it.</exception>
    internal virtual void Require<T>(Layer<T> layer) where T : struct, IBinaryFloatingPointIeee754<T>
    {
    }

    /// <summary>Overwrites a parameter's values.</summary>
    /// <param name="parameter">The block.</param>
    /// <param name="fan">n of the uniform rule.</param>
    /// <param name="random">Its own stream.</param>
    public abstract void Fill<T>(Parameter<T> parameter, int fan, RandomStream random) where T : struct, INumberBase<T>;

    // Gains begin at 1, shifts and initial states at 0, however weights are drawn.
    private static bool FilledByRole<T>(Parameter<T> parameter) where T : struct, INumberBase<T>
    {
        if (parameter.Role is not (ParameterRole.Gain or ParameterRole.Shift or ParameterRole.InitialState)) return false;
        Array.Fill(parameter.Values, parameter.Role == ParameterRole.Gain ? T.One : T.Zero);
        return true;
    }

    private sealed class UniformInitializer : Initializer
    {
        public override void Fill<T>(Parameter<T> parameter, int fan, RandomStream random)
        {
            if (FilledByRole(parameter)) return;
            double limit = 1 / Math.Sqrt(fan);
            for (int n = 0; n < parameter.Values.Length; n++)
            {
                bool isNormal = parameter.Role == ParameterRole.Embedding;
                parameter.Values[n] = T.CreateChecked(isNormal ? random.NextNormal() : random.NextUniform(-limit, limit));
            }
        }
    }

    private class XavierInitializer : Initializer
    {
        public override void Fill<T>(Parameter<T> parameter, int fan, RandomStream random)
        {
            if (FilledByRole(parameter)) return;
            if (parameter.Role is ParameterRole.Bias or ParameterRole.RecurrentBias or ParameterRole.Peephole)
                Array.Clear(parameter.Values);
            else if (parameter.Role == ParameterRole.Embedding) Uniform.Fill(parameter, fan, random);
            else FillWeights(parameter, random);
        }

        private protected virtual void FillWeights<T>(Parameter<T> parameter, RandomStream random) where T : struct, INumberBase<T>
        {
            int rows = parameter.Rows / Math.Max(1, parameter.Gates.Count);
            double limit = Math.Sqrt(6.0 / (rows + parameter.Columns));
            for (int n = 0; n < parameter.Values.Length; n++) parameter.Values[n] = T.CreateChecked(random.NextUniform(-limit, limit));
        }
    }

    private sealed class OrthogonalInitializer : XavierInitializer
    {
        private protected override void FillWeights<T>(Parameter<T> parameter, RandomStream random)
        {
            if (parameter.Role != ParameterRole.Recurrent)
            {
                base.FillWeights(parameter, random);
                return;
            }

            int gates = Math.Max(1, parameter.Gates.Count), rows = parameter.Rows / gates, columns = parameter.Columns;
            for (int gate = 0; gate < gates; gate++)
            {
                // Q of a random normal matrix, with the signs of R's diagonal, is uniform over orthogonal matrices.
                var qr = Matrix<double>.Build.Dense(rows, columns, (_, _) => random.NextNormal()).QR();
                for (int r = 0; r < rows; r++)
                    for (int c = 0; c < columns; c++)
                        parameter.Values[(((gate * rows) + r) * columns) + c] = T.CreateChecked(qr.Q[r, c] * Math.Sign(qr.R[c, c]));
            }
        }
    }

    // Sets the bias of one gate; a second (recurrent) bias of that gate becomes 0, so that the sum is the value.
    private sealed class BiasInitializer(Initializer first, string gate, Func<RandomStream, double, double> value) : Initializer
    {
        internal override void Require<T>(Layer<T> layer)
        {
            first.Require(layer);
            IEnumerable<Parameter<T>> biases = layer.Parameters.Where(parameter => parameter.Role == ParameterRole.Bias);
            if (biases.Any(bias => bias.Gates.Contains("f") && bias.Gates.Contains(gate))) return;
            string[] gates = [.. biases.SelectMany(bias => bias.Gates).Distinct()];
            string found = gates.Length == 0 ? "no bias of any gate" : "biases of the gates " + string.Join(", ", gates);
            string set = gate == "f" ? "the forget gate f" : $"the forget gate f and of gate {gate}";
            throw new InvalidOperationException(
                $"The initializer sets the bias of {set}, but {layer.GetType().Name.Split('`')[0]} has {found}: "
                + "use WithForgetBias and WithChrono with cells that have a forget gate and biases.");
        }

        public override void Fill<T>(Parameter<T> parameter, int fan, RandomStream random)
        {
            first.Fill(parameter, fan, random);
            int index = parameter.Gates.ToList().IndexOf(gate), forget = parameter.Gates.ToList().IndexOf("f");
            int size = parameter.Rows / Math.Max(1, parameter.Gates.Count);
            if (index < 0 || forget < 0 || parameter.Role is not (ParameterRole.Bias or ParameterRole.RecurrentBias)) return;
            for (int n = 0; n < size; n++)
            {
                double forgetBias = double.CreateChecked(parameter.Values[(forget * size) + n]);
                bool isFirst = parameter.Role == ParameterRole.Bias;
                parameter.Values[(index * size) + n] = isFirst ? T.CreateChecked(value(random, forgetBias)) : T.Zero;
            }
        }
    }
}

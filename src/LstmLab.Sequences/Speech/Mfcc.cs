using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;
using NWaves.Windows;

namespace LstmLab.Sequences;

/// <summary>
/// Mel-frequency cepstral coefficients (Davis, Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
/// continuously spoken sentences", IEEE TASSP 1980): a few numbers for each short piece of a sound, which tell the shape of its spectrum.
/// </summary>
/// <remarks>
/// For each frame of N samples x, with F the size of the transform, M filters and K coefficients:
/// <code>
/// (1)  y(n) = x(n) − a x(n − 1)                                       emphasis of high frequencies
/// (2)  P(k) = |Σ_n w(n) y(n) e^(−2πi kn/F)|² / F                       power spectrum, w = Hamming's window
/// (3)  E(m) = Σ_k T_m(k) P(k)                                         triangular filters, equally wide in mel
/// (4)  c(j) = s_j Σ_m ln max(E(m), 1e−10) cos(π j (m + ½) / M)        s_0 = √(1/M), else √(2/M)
/// </code>
/// mel(f) = 2595 log10(1 + f/700). The corners of the triangles lie at the M + 2 frequencies between 0 and half the rate that are equally
/// far apart in mel, each moved down to bin ⌊(F + 1) f / rate⌋. (1), (2) and (4) are NWaves', in float.
/// </remarks>
public sealed class Mfcc
{
    private const float Floor = 1e-10f;

    private readonly MfccExtractor _extractor;
    private readonly int _filters;

    /// <summary>Coefficients with the given settings.</summary>
    /// <param name="rate">Samples a second.</param>
    /// <param name="coefficients">Coefficients of a frame, K.</param>
    /// <param name="window">Samples of a frame, N.</param>
    /// <param name="hop">Samples between the beginnings of two frames.</param>
    /// <param name="transform">Size of the Fourier transform, F: a power of 2, at least <paramref name="window"/>.</param>
    /// <param name="filters">Triangular filters, M; at least K.</param>
    /// <param name="preEmphasis">a of (1).</param>
    /// <exception cref="ArgumentException">The transform is no power of 2 or is smaller than the window, there are more coefficients
    /// than filters, or so many filters that one has no bin.</exception>
    public Mfcc(
        int rate = 8000, int coefficients = 13, int window = 200, int hop = 80, int transform = 256, int filters = 26,
        double preEmphasis = .97)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(coefficients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        if (!int.IsPow2(transform) || transform < window)
            throw new ArgumentException(
                $"transform must be a power of 2, at least {window} (window), but is {transform}.", nameof(transform));
        if (coefficients > filters)
            throw new ArgumentException($"{coefficients} coefficients need as many filters, but filters is {filters}.", nameof(filters));
        (Rate, Coefficients, Window, Hop, _filters) = (rate, coefficients, window, hop, filters);
        _extractor = new MfccExtractor(new MfccOptions
        {
            SamplingRate = rate,
            FeatureCount = coefficients,
            FrameSize = window,
            HopSize = hop,
            FftSize = transform,
            FilterBankSize = filters,
            // Divided by F here, as (2) wants; NWaves would divide by F/2.
            FilterBank = [.. Triangles(rate, transform, filters).Select(row => Array.ConvertAll(row, weight => weight / transform))],
            PreEmphasis = preEmphasis,
            Window = WindowType.Hamming,
            SpectrumType = SpectrumType.Power,
            NonLinearity = NonLinearityType.LogE,
            LogFloor = Floor,
            DctType = "2N",
        });
    }

    /// <summary>Samples a second.</summary>
    public int Rate { get; }

    /// <summary>Coefficients of a frame, K.</summary>
    public int Coefficients { get; }

    /// <summary>Samples of a frame, N.</summary>
    public int Window { get; }

    /// <summary>Samples between the beginnings of two frames.</summary>
    public int Hop { get; }

    /// <summary>The coefficients of each whole frame of a sound: [frames][K].</summary>
    /// <param name="sound">The sound; at least one frame long.</param>
    /// <param name="start">The sample at which the first frame begins; those before it do not count.</param>
    /// <exception cref="ArgumentException">The sound has another rate, or is shorter than a frame.</exception>
    public float[][] Of(Sound sound, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(sound);
        if (sound.Rate != Rate)
            throw new ArgumentException($"The sound has {sound.Rate} samples a second; expected {Rate}: resample it.", nameof(sound));
        if (start < 0 || sound.Samples.Length - start < Window)
        {
            throw new ArgumentException(
                $"A frame has {Window} samples, but the sound has {sound.Samples.Length} and the first frame begins at {start}.",
                nameof(start));
        }

        return [.. _extractor.ComputeFrom(sound.Samples, start, sound.Samples.Length)];
    }

    /// <summary>The spectrum that the coefficients keep, smoothed, as the natural logarithm of each filter's energy: [T][M],
    /// ln E(m) ≈ Σ_j s_j c(j) cos(π j (m + ½) / M), exact if K = M.</summary>
    /// <param name="frames">The frames, [T][K].</param>
    public float[][] Spectrum(float[][] frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        double[][] cosines = Cosines();
        return Mapped(frames, [.. Enumerable.Range(0, _filters).Select(m => Array.ConvertAll(cosines, row => row[m]))]);
    }

    /// <summary>The coefficients of the same words from another vocal tract, whose resonances lie elsewhere: filter m of the new frame
    /// has the logarithm of the energy that the old frame has at mel/<paramref name="factor"/>.</summary>
    /// <param name="frames">The frames, [T][K].</param>
    /// <param name="factor">By what resonances move on the mel scale: above 1 upward, as in a shorter vocal tract.</param>
    /// <remarks>Between the filters, logarithms are interpolated linearly; beyond the last one they go on as there. The map is linear in
    /// the coefficients, and coefficients beyond K count as 0.</remarks>
    public float[][] Warp(float[][] frames, double factor)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (!(factor > 0)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must be above 0.");
        return Mapped(frames, WarpMap(factor));
    }

    // Each frame times a matrix.
    private static float[][] Mapped(float[][] frames, double[][] matrix) => Array.ConvertAll(frames, frame =>
    {
        float[] result = new float[matrix.Length];
        for (int row = 0; row < matrix.Length; row++)
        {
            double sum = 0;
            for (int k = 0; k < frame.Length; k++) sum += matrix[row][k] * frame[k];
            result[row] = (float)sum;
        }

        return result;
    });

    /// <summary>C S Cᵀ with C of (4) and S the interpolation at mel/factor.</summary>
    private double[][] WarpMap(double factor)
    {
        double[][] cosines = Cosines();
        double[][] map = [.. cosines.Select(_ => new double[Coefficients])];
        for (int m = 0; m < _filters; m++)
        {
            // Filter m is centered at (m + 1) / (M + 1) of the largest mel.
            double place = Math.Clamp((m + 1) / factor - 1, 0, _filters - 1);
            int low = Math.Min((int)place, Math.Max(0, _filters - 2)), high = Math.Min(low + 1, _filters - 1);
            double share = place - low;
            for (int j = 0; j < Coefficients; j++)
            {
                for (int k = 0; k < Coefficients; k++)
                    map[j][k] += cosines[j][m] * ((1 - share) * cosines[k][low] + share * cosines[k][high]);
            }
        }

        return map;
    }

    // s_j cos(π j (m + ½) / M), [K][M].
    private double[][] Cosines() => [.. Enumerable.Range(0, Coefficients).Select(j => Enumerable.Range(0, _filters)
        .Select(m => Math.Sqrt((j == 0 ? 1.0 : 2.0) / _filters) * Math.Cos(Math.PI * j * (m + .5) / _filters)).ToArray())];

    private static float[][] Triangles(int rate, int transform, int filters)
    {
        double top = 2595 * Math.Log10(1 + rate / 2.0 / 700);
        double[] corners = [.. Enumerable.Range(0, filters + 2).Select(n =>
            Math.Floor((transform + 1) * (700 * (Math.Pow(10, top * n / (filters + 1) / 2595) - 1)) / rate))];
        float[][] triangles = new float[filters][];
        for (int m = 0; m < filters; m++)
        {
            (double left, double middle, double right) = (corners[m], corners[m + 1], corners[m + 2]);
            triangles[m] = [.. Enumerable.Range(0, transform / 2 + 1).Select(k => (float)(
                k < left || k >= right ? 0 : k < middle ? (k - left) / (middle - left) : (right - k) / (right - middle)))];
            if (triangles[m].All(weight => weight == 0))
            {
                throw new ArgumentException(
                    $"Filter {m} of {filters} has no bin of a transform of {transform}: take fewer filters or a larger transform.",
                    nameof(filters));
            }
        }

        return triangles;
    }
}

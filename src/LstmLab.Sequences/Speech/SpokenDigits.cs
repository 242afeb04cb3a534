using System.Globalization;
using System.Text.Json;

namespace LstmLab.Sequences;

/// <summary>A spoken digit.</summary>
/// <param name="Source">What or who made the recordings.</param>
/// <param name="Voice">The voice.</param>
/// <param name="Digit">The digit, 0 … 9.</param>
/// <param name="Frames">Its frames, [T][K].</param>
public sealed record Utterance(string Source, string Voice, int Digit, float[][] Frames);

/// <summary>Stored features of spoken digits, with the settings they were made with.</summary>
/// <remarks>
/// Three files with a common name. <c>NAME_meta.json</c>: the settings of <see cref="LstmLab.Sequences.Mfcc"/> (coefs, win, hop, rate, mel,
/// nfft, preemph) and, for each coefficient, mean and scale. <c>NAME_mfcc13_i8.bin</c>: frames of signed bytes, one byte a coefficient,
/// which is mean + scale · byte. <c>NAME_index.csv</c>: a row for each utterance: source, voice, digit, its first frame, its frames.
/// </remarks>
public sealed class SpokenDigits
{
    private SpokenDigits(Mfcc mfcc, IReadOnlyList<double> scale, IReadOnlyList<Utterance> utterances) =>
        (Mfcc, Scale, Utterances) = (mfcc, scale, utterances);

    /// <summary>What makes such features of a sound.</summary>
    public Mfcc Mfcc { get; }

    /// <summary>The step between neighboring stored values of each coefficient; a stored value is off by half of it at most, unless it
    /// was cut off at the end of the range.</summary>
    public IReadOnlyList<double> Scale { get; }

    /// <summary>The utterances in their order.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>Reads stored features.</summary>
    /// <param name="folder">Where the three files lie.</param>
    /// <param name="name">What their names begin with.</param>
    /// <exception cref="InvalidDataException">A file does not fit the others.</exception>
    public static SpokenDigits Read(string folder, string name = "spoken_digits")
    {
        ArgumentNullException.ThrowIfNull(folder);
        using JsonDocument meta = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"{name}_meta.json")));
        JsonElement settings = meta.RootElement;
        int Whole(string setting) => settings.GetProperty(setting).GetInt32();
        double[] Each(string setting) => [.. settings.GetProperty(setting).EnumerateArray().Select(value => value.GetDouble())];
        Mfcc mfcc = new(
            Whole("rate"), Whole("coefs"), Whole("win"), Whole("hop"), Whole("nfft"), Whole("mel"),
            settings.GetProperty("preemph").GetDouble());
        double[] mean = Each("mean"), scale = Each("scale");
        int width = mfcc.Coefficients;
        if (mean.Length != width || scale.Length != width)
            throw new InvalidDataException(
                $"{name}_meta.json has {mean.Length} means and {scale.Length} scales; expected {width} each, as coefs says.");

        string path = Path.Combine(folder, $"{name}_mfcc13_i8.bin");
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length % width != 0)
            throw new InvalidDataException($"{path} has {bytes.Length} bytes; expected a multiple of {width}, the bytes of a frame.");
        float[] Frame(int t) => [.. mean.Select((m, k) => (float)(m + scale[k] * (sbyte)bytes[t * width + k]))];

        List<Utterance> utterances = [];
        foreach (string line in File.ReadLines(Path.Combine(folder, $"{name}_index.csv")).Skip(1))
        {
            string[] columns = line.Split(',');
            int first = int.Parse(columns[3], CultureInfo.InvariantCulture), count = int.Parse(columns[4], CultureInfo.InvariantCulture);
            if (first < 0 || count < 1 || (first + count) * width > bytes.Length)
                throw new InvalidDataException(
                    $"{name}_index.csv: '{line}' names frames {first} to {first + count - 1}, but {path} has {bytes.Length / width}.");
            utterances.Add(new(
                columns[0], columns[1], int.Parse(columns[2], CultureInfo.InvariantCulture),
                [.. Enumerable.Range(first, count).Select(Frame)]));
        }

        return new(mfcc, scale, utterances);
    }
}

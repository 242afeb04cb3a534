using NWaves.Audio;
using NWaves.Signals;

namespace LstmLab.Sequences;

/// <summary>A sound of one channel.</summary>
/// <param name="Samples">The samples, from −1 to 1.</param>
/// <param name="Rate">Samples a second.</param>
public sealed record Sound(float[] Samples, int Rate)
{
    /// <summary>The length in seconds.</summary>
    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>Reads a WAV file of integer samples and one channel; samples of 16 bits are divided by 32,768.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no such WAV file.</exception>
    public static Sound Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WaveFile file;
        try
        {
            using FileStream stream = File.OpenRead(path);
            file = new WaveFile(stream);
        }
        catch (Exception cause) when (cause is FormatException or ArgumentException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path} is not a WAV file of integer samples (PCM): {cause.Message}", cause);
        }

        return file.Signals.Count == 1 ? new(file.Signals[0].Samples, file.Signals[0].SamplingRate)
            : throw new InvalidDataException($"{path} has {file.Signals.Count} channels; expected one: mix them before.");
    }

    /// <summary>The content of a WAV file of 16 bits a sample.</summary>
    public byte[] ToWav() => new WaveFile(new DiscreteSignal(Rate, Samples)).GetBytes();
}

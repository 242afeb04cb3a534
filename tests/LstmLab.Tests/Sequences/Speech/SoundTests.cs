using LstmLab.Sequences;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Sequences.Speech;

public class SoundTests
{
    [Fact]
    public void A_sound_is_written_and_read_back()
    {
        string file = Path.GetTempFileName();
        try
        {
            Sound sound = new([0, .5f, -1, -.25f, 32767 / 32768f], 8000);
            byte[] wav = sound.ToWav();
            Assert.Equal("RIFF"u8, wav.AsSpan(0, 4));
            File.WriteAllBytes(file, wav);
            Sound read = Sound.Read(file);
            Assert.Equal(8000, read.Rate);
            Assert.All(sound.Samples.Zip(read.Samples), pair => Assert.Equal(pair.First, pair.Second, 1.01f / 32768));
            Assert.Equal(5 / 8000.0, read.Seconds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Samples_are_the_bytes_of_the_file()
    {
        string path = Path.Combine(Repository.PathOf("datasets"), "applications", "speech", "human_asterisk_7.wav");
        byte[] bytes = File.ReadAllBytes(path);
        int data = bytes.AsSpan().IndexOf("data"u8), count = BitConverter.ToInt32(bytes, data + 4) / 2;
        Sound sound = Sound.Read(path);
        Assert.Equal(count, sound.Samples.Length);
        Assert.All(Enumerable.Range(0, count), n => Assert.Equal(BitConverter.ToInt16(bytes, data + 8 + 2 * n) / 32768f, sound.Samples[n]));
    }

    [Fact]
    public void What_is_no_sound_is_refused()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "This is a text of more than forty-four bytes, and no sound.");
            Assert.Contains(
                "is not a WAV file", Assert.Throws<InvalidDataException>(() => Sound.Read(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

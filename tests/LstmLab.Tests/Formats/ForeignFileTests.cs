using System.IO.Compression;
using LstmLab.Formats;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Files that are something else than a model are recognized, whoever opens them, and the error says what to do.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lfs", "Git LFS pointer", "git lfs pull")]
    [InlineData("html", "HTML page", "raw file")]
    [InlineData("html after a mark", "HTML page", "raw file")]
    [InlineData("pickle", "pickle", "torch.load('m.{0}', map_location='cpu', weights_only=True)")]
    [InlineData("torch zip", "torch.save", "save_file({k: v.clone().contiguous() for k, v in d.get('state_dict', d).items()}, 'm.safetensors')")]
    [InlineData("torch script", "TorchScript", "torch.jit.load('m.{0}', map_location='cpu').state_dict()")]
    [InlineData("hdf5", "HDF5", "keras.saving.load_model('m.{0}').export('m.onnx', format='onnx')")]
    [InlineData("keras", ".keras", "keras.saving.load_model('m.{0}').export('m.onnx', format='onnx')")]
    [InlineData("npz", "NumPy", "save_file(dict(numpy.load('m.{0}')), 'm.safetensors')")]
    [InlineData("zip", "zip archive", "Unpack")]
    [InlineData("gzip", "gzip", "Unpack")]
    public void A_file_of_another_kind_is_named_with_the_remedy_by_each_way_to_open_it(string kind, string found, string remedy)
    {
        foreach (string extension in (string[])["safetensors", "checkpoint"])
        {
            string path = _folder.Write($"m.{extension}", Bytes(kind));
            Model<float> model = new(new Dense<float>(1, 1));
            Action[] ways =
            [
                () => Model.Load<float>(path), () => model.LoadWeights(path), () => model.LoadWeights(path, partial: true),
                .. extension == "safetensors" ? (Action[])[() => Safetensors.Load<float>(path), () => new SafetensorsFile(path).Dispose()] : [],
            ];
            foreach (Action open in ways)
            {
                string message = Assert.Throws<ModelFileException>(open).Message;
                Assert.StartsWith(path, message, StringComparison.Ordinal);
                Assert.Contains(found, message, StringComparison.Ordinal);
                Assert.Contains(remedy.Replace("{0}", extension, StringComparison.Ordinal), message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("model.pth", "torch.load('model.pth'", "'model.safetensors'")]
    [InlineData("model.PT", "torch.load('model.PT'", "'model.safetensors'")]
    [InlineData("model.h5", "keras.saving.load_model('model.h5')", "'model.onnx'")]
    [InlineData("model.keras", "keras.saving.load_model('model.keras')", "'model.onnx'")]
    [InlineData("it's mine.pth", "torch.load('model.pth'", "'model.safetensors'")]
    public void A_name_alone_brings_the_line_that_converts_the_file(string name, string load, string target)
    {
        string message = Assert.Throws<ArgumentException>(() => Model.Load<float>(_folder[name])).Message;
        Assert.Contains("must end in .safetensors, .onnx or .checkpoint", message, StringComparison.Ordinal);
        Assert.Contains(load, message, StringComparison.Ordinal);
        Assert.Contains(target, message, StringComparison.Ordinal);
        Assert.DoesNotContain("python", Assert.Throws<ArgumentException>(() => new Model<float>(new Dense<float>(1, 1)).Save(_folder[name])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_PyTorch_that_is_there_is_judged_by_what_it_holds()
    {
        _folder.Write("pointer.pth", Bytes("lfs"));
        Assert.Contains("git lfs pull", Assert.Throws<ModelFileException>(() => Model.Load<float>(_folder["pointer.pth"])).Message, StringComparison.Ordinal);
        _folder.Write("cut.keras", Bytes("keras")[..40]);
        Assert.Contains("keras.saving", Assert.Throws<ModelFileException>(() => Model.Load<float>(_folder["cut.keras"])).Message, StringComparison.Ordinal);
        _folder.Write("cut.pth", Bytes("torch zip")[..40]);
        Assert.Contains("torch.load", Assert.Throws<ModelFileException>(() => Model.Load<float>(_folder["cut.pth"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_length_looks_like_the_beginning_of_a_pickle_opens()
    {
        // A header of 0x0280 bytes: the file begins with 80 02, as a pickle does.
        byte[] file = SecondSafetensors.File("{}".PadRight(0x280));
        Assert.Equal([0x80, 0x02], file[..2]);
        using SafetensorsFile opened = new(_folder.Write("m.safetensors", file));
        Assert.Empty(opened.Names);
    }

    private static byte[] Bytes(string kind) => kind switch
    {
        "lfs" => System.Text.Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
        "html" => System.Text.Encoding.UTF8.GetBytes("\n<!DOCTYPE html>\n<html lang=\"en\"><head></head></html>"),
        "html after a mark" => [0xEF, 0xBB, 0xBF, .. "<HTML><body>Sign in</body></HTML>"u8],
        "pickle" => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 0x02],
        "torch zip" => Zip("m/data.pkl", "m/data/0", "m/version"),
        "torch script" => Zip("m/code/__torch__.py", "m/data.pkl", "m/constants.pkl"),
        "hdf5" => [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 0, 8, 8, 0],
        "keras" => Zip("metadata.json", "config.json", "model.weights.h5"),
        "npz" => Zip("w.npy", "b.npy"),
        "zip" => Zip("notes.txt"),
        "gzip" => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static byte[] Zip(params string[] names)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (string name in names) archive.CreateEntry(name);
        return stream.ToArray();
    }
}

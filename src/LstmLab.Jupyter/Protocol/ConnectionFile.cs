using System.Text.Json;
using System.Text.Json.Serialization;

namespace LstmLab.Jupyter.Protocol;

/// <summary>Where a client expects the kernel: the file Jupyter writes before it starts one.</summary>
internal sealed record ConnectionFile
{
    [JsonPropertyName("transport")]
    public required string Transport { get; init; }

    [JsonPropertyName("ip")]
    public required string Ip { get; init; }

    [JsonPropertyName("shell_port")]
    public required int ShellPort { get; init; }

    [JsonPropertyName("control_port")]
    public required int ControlPort { get; init; }

    [JsonPropertyName("iopub_port")]
    public required int IopubPort { get; init; }

    [JsonPropertyName("stdin_port")]
    public required int StdinPort { get; init; }

    [JsonPropertyName("hb_port")]
    public required int HeartbeatPort { get; init; }

    [JsonPropertyName("signature_scheme")]
    public string SignatureScheme { get; init; } = "hmac-sha256";

    /// <summary>Shared secret of the signatures; empty switches them off, as the protocol has it.</summary>
    [JsonPropertyName("key")]
    public string Key { get; init; } = "";

    /// <exception cref="InvalidDataException">
    /// The file cannot be read or asks for what the kernel does not have; the message names it.
    /// </exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ConnectionFile>(File.ReadAllText(path))
                ?? throw new InvalidDataException($"{path}: holds null, but a connection file is an object.");
            return (file.Transport, file.SignatureScheme) switch
            {
                (not "tcp", _) => throw new InvalidDataException($"{path}: transport is '{file.Transport}', but only tcp is supported."),
                (_, not "hmac-sha256") => throw new InvalidDataException(
                    $"{path}: signature_scheme is '{file.SignatureScheme}', but only hmac-sha256 is supported."),
                _ => file,
            };
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: not a connection file: {exception.Message}", exception);
        }
    }
}

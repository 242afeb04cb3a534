namespace LstmLab;

/// <summary>Writes a file whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to path + ".tmp", flushes it to the disk, and renames it: whoever is killed in between leaves what stood at the
    /// path as it was.</summary>
    /// <param name="path">Where the file will stand; an older one is replaced.</param>
    /// <param name="write">Writes the content from first to last byte.</param>
    /// <exception cref="IOException">The folder is missing, read-only or full; the message names the path, and nothing was
    /// changed.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new IOException($"'{path}' could not be written, and what stood there is as it was: {error.Message}", error);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what the caller must hear of.
        }
    }
}

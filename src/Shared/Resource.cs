namespace LstmLab;

/// <summary>The files inside the assembly that this is compiled into: scripts, styles and fonts of pages.</summary>
internal static class Resource
{
    public static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }

    public static byte[] Bytes(string name)
    {
        using var content = new MemoryStream();
        using var stream = Open(name);
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static Stream Open(string name) => typeof(Resource).Assembly.GetManifestResourceStream(name)!;
}

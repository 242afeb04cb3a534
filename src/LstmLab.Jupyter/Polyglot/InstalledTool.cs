using System.Text.Json.Nodes;
using LstmLab.Jupyter.Execution;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Connection;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// The .NET Interactive tool, where it is installed. It runs beside this program from the first cell of a language that only it knows, one
/// process for all of them.
/// </summary>
internal sealed class InstalledTool : IDisposable
{
    private const string Install = "dotnet tool install --global Microsoft.dotnet-interactive --version 1.0.712001";
    private const string Command = "dotnet-interactive";

    private static readonly string[] Manifests = [".config/dotnet-tools.json", "dotnet-tools.json"];

    private readonly string folder;
    private readonly string[] places;
    private StdIoKernelConnector? connector;

    /// <param name="folder">
    /// The notebook's folder: working directory of the tool, which may be a local tool of this folder or one above.
    /// </param>
    /// <param name="places">Folders where the tool may lie; those on PATH and .NET's own for tools, unless given.</param>
    public InstalledTool(string folder, params string[] places)
    {
        this.folder = Path.GetFullPath(folder);
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools");
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        this.places = places.Length > 0 ? places : [.. path, home];
    }

    /// <summary>A kernel for each language, with its other names. None starts the tool before it has a cell to run.</summary>
    public IEnumerable<(ToolKernel Kernel, string[] Aliases)> Kernels() =>
    [
        (new(this, "pwsh", "PowerShell"), ["powershell", "PowerShell"]),
        (new(this, "http", "HTTP"), ["HTTP"]),
        (new(this, "sql", "SQL", "Microsoft.DotNet.Interactive.SqlServer"), ["mssql", "SQL"]),
        (new(this, "kql", "KQL", "Microsoft.DotNet.Interactive.Kql"), ["KQL"]),
        (new(this, "python", "Python", "Microsoft.DotNet.Interactive.Jupyter"), ["Python"]),
        (new(this, "r", "R", "Microsoft.DotNet.Interactive.Jupyter"), ["R"]),
    ];

    /// <summary>The tool's kernel for a language; the tool is started if it does not run yet.</summary>
    /// <exception cref="CellErrorException">The tool is not installed, or does not start.</exception>
    public async Task<ProxyKernel> ConnectAsync(string name, string title)
    {
        var start = Find() ?? throw Missing($"{title} cells need the .NET Interactive tool, which is not installed: run '{Install}'.");
        try
        {
            string[] command = [.. start, "stdio", "--working-dir", folder];
            connector ??= new StdIoKernelConnector(
                command, "lstmlab", KernelHost.CreateHostUriForCurrentProcessId(), new DirectoryInfo(folder));
            return await connector.CreateProxyKernelAsync(name).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // However it fails, the tool is of no use.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Dispose();
            throw Missing($"{title} cells need the .NET Interactive tool, and '{string.Join(' ', start)}' does not start: "
                + exception.Message.Trim());
        }
    }

    public static CellErrorException Missing(string message) => new(CellError.Of(nameof(NotSupportedException), message));

    public void Dispose()
    {
        connector?.Dispose();
        connector = null;
    }

    private string[]? Find()
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            var manifest = Manifests.Select(name => Path.Combine(parent.FullName, name)).FirstOrDefault(File.Exists);
            var tools = manifest is null ? null : JsonNode.Parse(File.ReadAllText(manifest))?["tools"];
            if (tools?["microsoft.dotnet-interactive"] is not null) return ["dotnet", "tool", "run", Command, "--"];
        }

        var program = Command + (OperatingSystem.IsWindows() ? ".exe" : "");
        var file = places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);
        return file is null ? null : [file];
    }
}

using LstmLab.Jupyter.Polyglot;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public sealed class InstalledToolTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("pwsh", "PowerShell cells need the .NET Interactive tool, which is not installed: run 'dotnet tool install --global Microsoft.dotnet-interactive --version 1.0.712001'.")]
    [InlineData("sql", "SQL cells run only in a kernel of the .NET Interactive tool itself, where they also need '#r \"nuget: Microsoft.DotNet.Interactive.SqlServer, *-*\"' and a connection.")]
    public async Task Without_the_tool_one_sentence_says_what_to_install(string language, string sentence)
    {
        using var tool = new InstalledTool(workspace.Folder, workspace.Folder);
        Assert.Equal(sentence, Failure(await RunAsync(tool, language)));
    }

    [Fact]
    public async Task A_tool_that_does_not_start_is_named()
    {
        var file = workspace.Write(OperatingSystem.IsWindows() ? "dotnet-interactive.exe" : "dotnet-interactive", "no program");
        using var tool = new InstalledTool(workspace.Folder, workspace.Folder);
        Assert.StartsWith($"PowerShell cells need the .NET Interactive tool, and '{file}' does not start: ", Failure(await RunAsync(tool, "pwsh")), StringComparison.Ordinal);
    }

    private static async Task<KernelCommandResult> RunAsync(InstalledTool tool, string language)
    {
        using var composite = new CompositeKernel();
        foreach (var (kernel, aliases) in tool.Kernels()) composite.Add(kernel, aliases);
        return await composite.SendAsync(new SubmitCode("1 + 1", language));
    }

    private static string Failure(KernelCommandResult result) => result.Events.OfType<CommandFailed>().Single().Message;
}

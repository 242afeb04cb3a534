using System.Reflection;

namespace LstmLab.Charts.Display;

/// <summary>A host that displays values, found among loaded assemblies and called by reflection, so that neither is referenced.</summary>
internal abstract class NotebookHost
{
    private const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;

    /// <summary>The project's own kernel if it is loaded, else .NET Interactive if a cell of it is running, else null.</summary>
    public static NotebookHost? Find(IEnumerable<Assembly> loaded)
    {
        var assemblies = loaded.ToArray();
        return (NotebookHost?)Own(assemblies) ?? Interactive(assemblies);
    }

    /// <summary>Displays a value.</summary>
    /// <returns>What replaces the value; null if nothing can.</returns>
    public abstract Action<object>? Display(object value, bool transient);

    private static OwnKernel? Own(Assembly[] loaded) => Types(loaded, "LstmLab.Jupyter", "LstmLab.Jupyter.NotebookOutput")
        .Select(t => t.GetMethod("Display", Static, [typeof(object), typeof(bool)]))
        .Where(m => m is not null)
        .Select(m => new OwnKernel(m!))
        .FirstOrDefault();

    private static InteractiveKernel? Interactive(Assembly[] loaded)
    {
        foreach (var type in Types(loaded, "Microsoft.DotNet.Interactive", "Microsoft.DotNet.Interactive.KernelInvocationContext"))
        {
            var context = type.GetProperty("Current", Static)?.GetValue(null);
            var method = type.GetMethod("Display", [typeof(object), typeof(string[])])
                ?? type.Assembly.GetType(type.FullName + "Extensions")?.GetMethod("Display", Static, [type, typeof(object), typeof(string[])]);
            if (context is not null && method is not null)
                return new InteractiveKernel(context, method);
        }

        return null;
    }

    private static IEnumerable<Type> Types(Assembly[] loaded, string assembly, string type) =>
        loaded.Where(a => a.GetName().Name == assembly).Select(a => a.GetType(type)).OfType<Type>();

    private static Action<object>? UpdateOf(object? handle) =>
        handle?.GetType().GetMethod("Update", [typeof(object)]) is { } update ? value => update.Invoke(handle, [value]) : null;

    private sealed class OwnKernel(MethodInfo display) : NotebookHost
    {
        public override Action<object>? Display(object value, bool transient) => UpdateOf(display.Invoke(null, [value, transient]));
    }

    /// <summary>.NET Interactive. Its own <c>display(x).Update(y)</c> appends since June 2025; the handle used here replaces.</summary>
    private sealed class InteractiveKernel(object context, MethodInfo display) : NotebookHost
    {
        // None are named, so those that the type prefers are stored. The handle keeps those of what it shows first.
        private static readonly string[] Preferred = [];

        public override Action<object>? Display(object value, bool transient) => UpdateOf(
            display.IsStatic ? display.Invoke(null, [context, value, Preferred]) : display.Invoke(context, [value, Preferred]));
    }
}

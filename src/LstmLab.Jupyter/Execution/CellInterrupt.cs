using System.Runtime.CompilerServices;

namespace LstmLab.Jupyter;

/// <summary>What the kernel writes into loops and functions of cells, so that an interrupt can stop them.</summary>
public static class CellInterrupt
{
    private static volatile bool requested;

    internal static bool Requested
    {
        get => requested;
        set => requested = value;
    }

    /// <summary>Ends the running cell if the user has interrupted it. A library that computes for long may call it, too.</summary>
    /// <exception cref="KernelInterruptedException">The user has interrupted the running cell.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check()
    {
        if (requested) Throw();
    }

    private static void Throw() => throw new KernelInterruptedException();
}

/// <summary>The user has interrupted the running cell. To catch it does not help: it is thrown again until the cell has ended.</summary>
public sealed class KernelInterruptedException() : Exception("The cell was interrupted. Everything it has assigned so far is kept.");

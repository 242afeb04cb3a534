
namespace LstmLab;

/// <summary>
/// What tells one gated cell from another once the matrix products are done: the elementwise part of a step on W units at a time. A cell has four
/// slots of pre-activations, each fed by a gate's weights on h, on x, or on both.
/// </summary>
internal interface ICellKernel<T, V> where V : struct, ILanes<V, T>
{
    /// <summary>The gate whose weights on h feed the slot; −1 for none.</summary>
    static abstract int HiddenGate(int slot);

    /// <summary>The gate whose weights on x feed the slot; −1 for none.</summary>
    static abstract int InputGate(int slot);

    /// <summary>The gates of W units.</summary>
    /// <param name="z">Pre-activations of the four slots, [4, W].</param>
    /// <param name="late">What is added to them after the products, [4, W].</param>
    /// <param name="kept">Receives the slots' values, kept for Backward, [4, W].</param>
    static abstract void Gates(ref T z, ref T late, ref T kept);

    /// <summary>The step of W units from their gates.</summary>
    /// <param name="kept">The slots' values.</param>
    /// <param name="before">State of the step before: c, or h of a cell without one.</param>
    /// <param name="state">Receives the new state.</param>
    /// <returns>The output before a projection.</returns>
    static abstract V Forward(ref T kept, V before, out V state);

    /// <summary>The same step backward.</summary>
    /// <param name="dh">∂L/∂output.</param>
    /// <param name="kept">The slots' values.</param>
    /// <param name="before">State of the step before.</param>
    /// <param name="after">State of the step.</param>
    /// <param name="dState">∂L/∂state in, ∂L/∂state of the step before out.</param>
    /// <param name="dz">Receives ∂L/∂z, four vectors at a distance of <paramref name="pitch"/>, in ascending order since they may overlap.</param>
    /// <param name="pitch">Distance of two slots.</param>
    /// <returns>What reaches h of the step before past the products.</returns>
    static abstract V Backward(V dh, ref T kept, V before, V after, ref T dState, ref T dz, nint pitch);
}

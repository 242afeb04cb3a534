namespace LstmLab;

/// <summary>
/// What distinguishes one gated cell from another in a <see cref="FusedRecurrence{T,V,TKernel}"/>: which weights feed which gates, and
/// the elementwise part of a step, on the W units of a vector at a time.
/// </summary>
/// <remarks>
/// <para>A step has <see cref="Slots"/> slots, one for each vector that the backward pass needs: the gates and, for a GRU, the recurrent
/// part of the candidate. Each slot is fed by a gate's rows of U (times hPrev), by a gate's rows of W (times x), or by both; each gate
/// feeds one slot with U and one with W. The slots fed by hPrev must fit into <see cref="ProductVectors"/> neighbors, and so must those
/// fed by x; where both are the same slots, one product computes them.</para>
/// <para>A slot's sum starts from the bias b of its gate, or, where x does not feed the slot, from the unit parameter of its gate.</para>
/// <para>Unit parameters are vectors of one number a unit which the elementwise part reads: the recurrent bias d of a GRU, the peephole
/// weights P of a peephole LSTM. They are the row blocks of one <see cref="Parameter{T}"/>, [<see cref="UnitParameters"/>·H].</para>
/// <para>The state is c [H], or h [H] of a cell without a cell state. Everything passed by reference is a vector of W numbers, or several
/// in a row.</para>
/// </remarks>
internal interface ICellKernel<T, V> where V : struct, ILanes<V, T>
{
    /// <summary>Number of slots.</summary>
    static abstract int Slots { get; }

    /// <summary>Slots that one product computes, 3 or 4.</summary>
    static abstract int ProductVectors { get; }

    /// <summary>Number of unit parameters, 0 to 3.</summary>
    static abstract int UnitParameters { get; }

    /// <summary>Whether the state is a cell state c, which the step keeps apart from its output h.</summary>
    static abstract bool HasCellState { get; }

    /// <summary>The gate whose rows of U feed the slot; −1 for none.</summary>
    static abstract int HiddenGate(int slot);

    /// <summary>The gate whose rows of W feed the slot; −1 for none.</summary>
    static abstract int InputGate(int slot);

    /// <summary>Computes the gates that do not depend on the new state.</summary>
    /// <param name="z">The sums of the slots, [Slots, W].</param>
    /// <param name="unitParameters">[UnitParameters, W].</param>
    /// <param name="before">State of the step before, [W].</param>
    /// <param name="savedGates">Receives the slots' values, [Slots, W]; may be <paramref name="z"/>.</param>
    static abstract void ComputeGates(ref T z, ref T unitParameters, ref T before, ref T savedGates);

    /// <summary>Computes the new state, then the gates that depend on it, then the output.</summary>
    /// <param name="savedGates">The slots' values as <see cref="ComputeGates"/> left them, [Slots, W]; may be completed.</param>
    /// <param name="unitParameters">[UnitParameters, W].</param>
    /// <param name="before">State of the step before.</param>
    /// <param name="state">Receives the new state.</param>
    /// <returns>The output, before a projection.</returns>
    static abstract V ComputeState(ref T savedGates, ref T unitParameters, V before, out V state);

    /// <summary>The backward pass of a step.</summary>
    /// <param name="dh">∂L/∂output.</param>
    /// <param name="savedGates">The slots' values, [Slots, W].</param>
    /// <param name="unitParameters">[UnitParameters, W].</param>
    /// <param name="before">State of the step before.</param>
    /// <param name="after">State of the step.</param>
    /// <param name="dState">∂L/∂c of the step in, ∂L/∂c of the step before out, [W].</param>
    /// <param name="dz">Receives ∂L/∂ of each slot's sum, vectors at a distance of <paramref name="slotPitch"/>. They may overlap, so
    /// they are stored in ascending order.</param>
    /// <param name="slotPitch">Distance of two slots of <paramref name="dz"/>.</param>
    /// <returns>∂L/∂hPrev as far as it does not go through U.</returns>
    static abstract V PropagateBack(
        V dh, ref T savedGates, ref T unitParameters, V before, V after, ref T dState, ref T dz, nint slotPitch);

    /// <summary>Adds a step's gradients of the unit parameters; those that the cell does not have are left alone.</summary>
    /// <param name="dz">∂L/∂ of each slot's sum, vectors at a distance of <paramref name="slotPitch"/>.</param>
    /// <param name="slotPitch">Distance of two slots.</param>
    /// <param name="before">State of the step before.</param>
    /// <param name="after">State of the step.</param>
    /// <param name="d0">∂L/∂ of unit parameter 0.</param>
    /// <param name="d1">∂L/∂ of unit parameter 1.</param>
    /// <param name="d2">∂L/∂ of unit parameter 2.</param>
    static abstract void AddUnitGradients(ref T dz, nint slotPitch, V before, V after, ref V d0, ref V d1, ref V d2);
}

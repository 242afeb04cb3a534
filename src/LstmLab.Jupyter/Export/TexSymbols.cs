namespace LstmLab.Jupyter.Export;

/// <summary>The TeX commands without arguments that <see cref="TexToMathML"/> knows, by the kind of element they become.</summary>
internal static class TexSymbols
{
    /// <summary>Letters: Greek, and letter-like signs.</summary>
    public static IReadOnlyDictionary<string, string> Letters { get; } = Pairs("""
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π
        rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ
        Omega Ω partial ∂ nabla ∇ infty ∞ ell ℓ top ⊤ bot ⊥ emptyset ∅ forall ∀ exists ∃ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ hbar ℏ
        """);

    /// <summary>Operators and relations, which get space around them.</summary>
    public static IReadOnlyDictionary<string, string> Operators { get; } = Pairs("""
        odot ⊙ cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • otimes ⊗ oplus ⊕ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ cup ∪
        cap ∩ setminus ∖ to → rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ iff ⟺
        mapsto ↦ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝ mid ∣ perp ⟂ parallel ∥ neg ¬ land ∧
        lor ∨ wedge ∧ vee ∨ lt < gt > colon : triangleq ≜ coloneqq ≔
        """);

    /// <summary>Signs whose limits stand below and above in displayed formulas.</summary>
    public static IReadOnlyDictionary<string, string> Large { get; } = Pairs(
        "sum ∑ prod ∏ bigcup ⋃ bigcap ⋂ max max min min lim lim sup sup inf inf argmax argmax argmin argmin");

    /// <summary>Delimiters, also after \left and \right.</summary>
    public static IReadOnlyDictionary<string, string> Fences { get; } = Pairs(
        "{ { } } | ‖ Vert ‖ lVert ‖ rVert ‖ vert | lvert | rvert | langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace }");

    /// <summary>Accents, placed over their argument.</summary>
    public static IReadOnlyDictionary<string, string> Accents { get; } = Pairs("hat ^ widehat ^ tilde ~ widetilde ~ bar ¯ overline ¯ vec → dot ˙ ddot ¨");

    /// <summary>Spaces in em.</summary>
    public static IReadOnlyDictionary<string, string> Spaces { get; } = Pairs(", 0.167 : 0.222 ; 0.278 ! -0.167 quad 1 qquad 2");

    /// <summary>Functions with upright names.</summary>
    public static IReadOnlySet<string> Functions { get; } = new HashSet<string>(
        "tanh sinh cosh sin cos tan exp log ln det dim diag rank tr sign softmax arg Pr".Split(' '));

    private static Dictionary<string, string> Pairs(string text) =>
        text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
}

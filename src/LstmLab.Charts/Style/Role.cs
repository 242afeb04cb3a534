namespace LstmLab.Charts;

/// <summary>What a series stands for. The role fixes its color, dash and marker in every figure of the project.</summary>
public enum Role
{
    /// <summary>No fixed meaning: the next color, dash and marker of the palette.</summary>
    Auto,
    /// <summary>Input gate i: #0072B2, solid, circle.</summary>
    InputGate,
    /// <summary>Forget gate f: #D55E00, dashed, square.</summary>
    ForgetGate,
    /// <summary>Candidate g: #009E73, dotted, triangle.</summary>
    Candidate,
    /// <summary>Output gate o: #CC79A7, dash-dotted, diamond.</summary>
    OutputGate,
    /// <summary>Cell state c: black, solid, circle.</summary>
    CellState,
    /// <summary>Hidden state h: #595959, long dashes, plus.</summary>
    HiddenState,
    /// <summary>What was observed: black, solid, circle.</summary>
    Truth,
    /// <summary>What a model forecasts: #0072B2, long dashes, square.</summary>
    Forecast,
    /// <summary>What a forecast is compared with: gray, dashed, triangle.</summary>
    Baseline,
    /// <summary>Measured on the data a model is fitted to: #0072B2, solid, circle.</summary>
    Train,
    /// <summary>Measured on data kept from the fit: #D55E00, dashed, square.</summary>
    HeldOut,
    /// <summary>A value the document states: #E69F00, dotted, diamond.</summary>
    Document,
}

/// <summary>How a line is broken.</summary>
public enum Dash
{
    /// <summary>The role's own dash.</summary>
    Auto,
    /// <summary>Unbroken.</summary>
    Solid,
    /// <summary>Dashes.</summary>
    Dash,
    /// <summary>Dots.</summary>
    Dot,
    /// <summary>A dash, then a dot.</summary>
    DashDot,
    /// <summary>Long dashes.</summary>
    LongDash,
}

/// <summary>The shape drawn at each point.</summary>
public enum Marker
{
    /// <summary>The role's own marker.</summary>
    Auto,
    /// <summary>A disc.</summary>
    Circle,
    /// <summary>A square.</summary>
    Square,
    /// <summary>A triangle, point up.</summary>
    Triangle,
    /// <summary>A square on its corner.</summary>
    Diamond,
    /// <summary>An upright cross.</summary>
    Plus,
    /// <summary>A diagonal cross.</summary>
    Cross,
}

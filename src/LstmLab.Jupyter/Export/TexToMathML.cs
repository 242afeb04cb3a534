using System.Text;

namespace LstmLab.Jupyter.Export;

/// <summary>A formula that cannot be converted; the message names the command or place.</summary>
internal sealed class TexException(string message) : Exception(message);

/// <summary>
/// Converts the TeX of a notebook's formulas to MathML Core, which browsers draw without a script. Strict: what it does not know is an error.
/// </summary>
internal sealed class TexToMathML
{
    private readonly string tex;
    private int position;

    private TexToMathML(string tex) => this.tex = tex;

    /// <exception cref="TexException">The formula uses an unknown command or is not well formed.</exception>
    public static string Convert(string tex, bool display)
    {
        var parser = new TexToMathML(tex.Trim());
        var row = parser.Row();
        if (parser.position < parser.tex.Length)
        {
            throw new TexException($"unexpected {parser.Token()}");
        }

        return $"<math{(display ? " display=\"block\"" : "")}>{row}</math>";
    }

    /// <summary>Atoms up to a token that ends the group: }, &amp;, \\, \right, \end or the end of the formula, which stays unread.</summary>
    private string Row()
    {
        var row = new StringBuilder("<mrow>");
        while (Peek() is not ("" or "}" or "&" or @"\\" or @"\right" or @"\end"))
        {
            row.Append(Scripts(Peek() is "^" or "_" or "'" ? "<mrow></mrow>" : Atom(), out _));
        }

        return row.Append("</mrow>").ToString();
    }

    /// <summary>Adds the sub- and superscripts and primes that follow an atom.</summary>
    private string Scripts(string atom, out bool any)
    {
        var under = atom.StartsWith("<mo movablelimits", StringComparison.Ordinal);
        string? sub = null, super = null;
        for (; ; )
        {
            switch (Peek())
            {
                case "'":
                    var primes = 0;
                    for (; Peek() == "'"; Token())
                    {
                        primes++;
                    }

                    super += $"<mo>{new string('′', primes)}</mo>";
                    break;
                case "_" when sub is null:
                    Token();
                    sub = Argument();
                    break;
                case "^":
                    Token();
                    super += Argument();
                    break;
                case "_":
                    throw new TexException("double subscript");
                default:
                    any = sub is not null || super is not null;
                    super = super is null ? null : $"<mrow>{super}</mrow>";
                    return (sub, super) switch
                    {
                        (null, null) => atom,
                        (_, null) => under ? $"<munder>{atom}{sub}</munder>" : $"<msub>{atom}{sub}</msub>",
                        (null, _) => under ? $"<mover>{atom}{super}</mover>" : $"<msup>{atom}{super}</msup>",
                        _ => under ? $"<munderover>{atom}{sub}{super}</munderover>" : $"<msubsup>{atom}{sub}{super}</msubsup>",
                    };
            }
        }
    }

    /// <summary>A group in braces, or one atom.</summary>
    private string Argument() => Peek() switch
    {
        "" or "}" or "&" or @"\\" or "^" or "_" => throw new TexException($"an argument is missing at the end of '{tex[..position]}'"),
        _ => Atom(),
    };

    private string Atom()
    {
        var token = Token();
        switch (token)
        {
            case "{":
                var row = Row();
                Expect("}");
                return row;
            case [>= '0' and <= '9', ..]:
                return $"<mn>{token}</mn>";
            case "(" or ")" or "[" or "]" or "|":
                return Fence(token, stretchy: false);
            case "~":
                return Space("0.333");
            case ['\\', .. var name]:
                return Command(name);
            default:
                return char.IsLetter(token, 0) ? $"<mi>{token}</mi>" : Operator(token switch { "-" => "−", "*" => "∗", _ => token });
        }
    }

    private string Command(string name)
    {
        if (TexSymbols.Letters.TryGetValue(name, out var symbol))
        {
            return char.IsUpper(symbol[0]) && symbol[0] is >= 'Α' and <= 'Ω' ? $"<mi mathvariant=\"normal\">{symbol}</mi>" : $"<mi>{symbol}</mi>";
        }

        if (TexSymbols.Operators.TryGetValue(name, out symbol))
        {
            return Operator(symbol);
        }

        if (TexSymbols.Large.TryGetValue(name, out symbol))
        {
            return $"<mo movablelimits=\"true\"{(char.IsLetter(symbol[0]) ? " form=\"prefix\" lspace=\"0.167em\" rspace=\"0.167em\"" : "")}>{symbol}</mo>";
        }

        if (TexSymbols.Fences.TryGetValue(name, out symbol))
        {
            return Fence(symbol, stretchy: false);
        }

        if (TexSymbols.Spaces.TryGetValue(name, out var width))
        {
            return Space(width);
        }

        if (TexSymbols.Accents.TryGetValue(name, out symbol))
        {
            return $"<mover accent=\"true\">{Argument()}<mo{(name is "overline" or ['w', ..] ? "" : " stretchy=\"false\"")}>{symbol}</mo></mover>";
        }

        return TexSymbols.Functions.Contains(name) ? Function(name) : name switch
        {
            " " => Space("0.25"),
            "%" or "#" or "$" or "_" or "&" => $"<mi>{Html.Encode(name)}</mi>",
            "frac" or "dfrac" or "tfrac" => $"<mfrac>{Argument()}{Argument()}</mfrac>",
            "sqrt" => Root(),
            "int" => "<mo>∫</mo>",
            "text" or "textrm" => $"<mtext>{Html.Encode(RawGroup()).Replace(' ', '\u00A0')}</mtext>",
            "mathrm" => $"<mi mathvariant=\"normal\">{Html.Encode(RawGroup())}</mi>",
            "operatorname" => Function(RawGroup()),
            "mathbf" => Alphabet(0x1D400, ""),
            "mathbb" => Alphabet(0x1D538, "CℂHℍNℕPℙQℚRℝZℤ"),
            "mathcal" => Alphabet(0x1D49C, "BℬEℰFℱHℋIℐLℒMℳRℛ"),
            "left" => Delimited(),
            "big" or "bigl" or "bigr" => $"<mo minsize=\"1.2em\" maxsize=\"1.2em\">{Delimiter()}</mo>",
            "Big" or "Bigl" or "Bigr" => $"<mo minsize=\"1.8em\" maxsize=\"1.8em\">{Delimiter()}</mo>",
            "begin" => Environment(RawGroup()),
            "tag" => $"{Space("2")}<mtext>({Html.Encode(RawGroup())})</mtext>",
            _ => throw new TexException($@"unknown command \{name}"),
        };
    }

    private static string Operator(string sign) => $"<mo>{Html.Encode(sign)}</mo>";

    private static string Fence(string sign, bool stretchy) => $"<mo stretchy=\"{(stretchy ? "true" : "false")}\"{(sign is "|" or "‖" ? " lspace=\"0\" rspace=\"0\"" : "")}>{sign}</mo>";

    private static string Space(string em) => $"<mspace width=\"{em}em\"/>";

    /// <summary>A named function; before an argument without parentheses stands a thin space.</summary>
    private string Function(string name)
    {
        var function = Scripts($"<mi mathvariant=\"normal\">{Html.Encode(name)}</mi>", out _);
        return Peek() is "(" or "[" or "{" or @"\left" or ")" or "" or "}" ? function : $"<mrow>{function}{Space("0.167")}</mrow>";
    }

    private string Root()
    {
        if (Peek() != "[")
        {
            return $"<msqrt>{Argument()}</msqrt>";
        }

        var end = tex.IndexOf(']', position);
        if (end < 0)
        {
            throw new TexException(@"missing ] after \sqrt[");
        }

        Token();
        var index = new TexToMathML(tex[position..end]).Row();
        position = end + 1;
        return $"<mroot>{Argument()}{index}</mroot>";
    }

    private string Delimited()
    {
        var open = Delimiter();
        var row = Row();
        Expect(@"\right");
        return $"<mrow>{Stretched(open)}{row}{Stretched(Delimiter())}</mrow>";

        static string Stretched(string sign) => sign.Length == 0 ? "" : Fence(sign, stretchy: true);
    }

    private string Delimiter()
    {
        var token = Token();
        return token switch
        {
            "." => "",
            "(" or ")" or "[" or "]" or "|" or "/" => token,
            ['\\', .. var name] when TexSymbols.Fences.TryGetValue(name, out var sign) => sign,
            _ => throw new TexException($"'{token}' is not a delimiter"),
        };
    }

    private string Environment(string name)
    {
        var (open, close, columns) = name switch
        {
            "matrix" => ("", "", ""),
            "bmatrix" => ("[", "]", ""),
            "pmatrix" => ("(", ")", ""),
            "vmatrix" => ("|", "|", ""),
            "cases" => ("{", "", "cases"),
            "aligned" or "align" or "align*" => ("", "", "aligned"),
            _ => throw new TexException($@"unknown environment \begin{{{name}}}"),
        };
        var rows = new StringBuilder("<mtr><mtd>");
        for (; ; )
        {
            rows.Append(Row());
            var separator = Token();
            if (separator == @"\end")
            {
                break;
            }

            rows.Append(separator switch
            {
                "&" => "</mtd><mtd>",
                @"\\" => "</mtd></mtr><mtr><mtd>",
                "" => throw new TexException($@"missing \end{{{name}}}"),
                _ => throw new TexException($@"unexpected {separator} in \begin{{{name}}}"),
            });
        }

        if (RawGroup() is var ended && ended != name)
        {
            throw new TexException($@"\begin{{{name}}} ends with \end{{{ended}}}");
        }

        rows.Append("</mtd></mtr>").Replace("<mtr><mtd><mrow></mrow></mtd></mtr>", "");
        var table = $"<mtable{(columns.Length > 0 ? $" class=\"{columns}\" displaystyle=\"true\"" : "")}>{rows}</mtable>";
        return $"<mrow>{(open.Length > 0 ? Fence(open, true) : "")}{table}{(close.Length > 0 ? Fence(close, true) : "")}</mrow>";
    }

    /// <summary>Letters of one of Unicode's mathematical alphabets: bold, double-struck, script.</summary>
    private string Alphabet(int capitalA, string exceptions)
    {
        var letters = new StringBuilder();
        foreach (var c in RawGroup())
        {
            letters.Append(exceptions.IndexOf(c) is >= 0 and var known && known % 2 == 0 ? exceptions[known + 1].ToString() : c switch
            {
                >= 'A' and <= 'Z' => char.ConvertFromUtf32(capitalA + c - 'A'),
                >= 'a' and <= 'z' => char.ConvertFromUtf32(capitalA + 26 + c - 'a'),
                >= '0' and <= '9' when capitalA == 0x1D400 => char.ConvertFromUtf32(0x1D7CE + c - '0'),
                _ => throw new TexException($"'{c}' is not in the alphabet"),
            });
        }

        return $"<mi>{letters}</mi>";
    }

    /// <summary>The text of a group in braces as it stands, or one character; a backslash keeps the next character.</summary>
    private string RawGroup()
    {
        if (Peek() != "{")
        {
            return Token();
        }

        Token();
        var text = new StringBuilder();
        for (var depth = 1; position < tex.Length; position++)
        {
            var c = tex[position];
            depth += c switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                position++;
                return text.ToString();
            }

            text.Append(c == '\\' && position + 1 < tex.Length ? tex[++position] : c);
        }

        throw new TexException("missing }");
    }

    private void Expect(string token)
    {
        if (Token() is var found && found != token)
        {
            throw new TexException($"missing {token}{(found.Length > 0 ? $" before {found}" : "")}");
        }
    }

    private string Peek()
    {
        var start = position;
        var token = Token();
        position = token.Length == 0 ? tex.Length : start;
        return token;
    }

    /// <summary>The next token: a command with its backslash, a number, or one character; empty at the end.</summary>
    private string Token()
    {
        while (position < tex.Length && char.IsWhiteSpace(tex[position]))
        {
            position++;
        }

        if (position == tex.Length)
        {
            return "";
        }

        var start = position++;
        if (tex[start] == '\\' && position < tex.Length)
        {
            position++;
            while (char.IsAsciiLetter(tex[start + 1]) && position < tex.Length && char.IsAsciiLetter(tex[position]))
            {
                position++;
            }
        }
        else if (char.IsAsciiDigit(tex[start]))
        {
            while (position < tex.Length && (char.IsAsciiDigit(tex[position]) || (tex[position] == '.' && position + 1 < tex.Length && char.IsAsciiDigit(tex[position + 1]))))
            {
                position++;
            }
        }
        else if (char.IsHighSurrogate(tex[start]) && position < tex.Length)
        {
            position++;
        }

        return tex[start..position];
    }
}

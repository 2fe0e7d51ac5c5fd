namespace PatchCore.Edge.Verdicts;

/// <summary>The words that stand for verdicts on the wire, in reports and in logs: PASS, FAIL, ERROR.</summary>
public static class VerdictText
{
    public const string Pass = "PASS";
    public const string Fail = "FAIL";
    public const string Error = "ERROR";

    /// <summary>The word for a verdict; a value outside the enumeration reads as ERROR, never as PASS.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Pass => Pass,
        Verdict.Fail => Fail,
        _ => Error,
    };

    /// <summary>The verdict for a word.</summary>
    /// <exception cref="FormatException">The word is none of the three (they are upper case).</exception>
    public static Verdict Parse(string word) => word switch
    {
        Pass => Verdict.Pass,
        Fail => Verdict.Fail,
        Error => Verdict.Error,
        _ => throw new FormatException($"verdict is '{word}', expected {Pass}, {Fail} or {Error}"),
    };
}

using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>How far a bank is with parts that were confirmed.</summary>
public enum LearningState
{
    Started,

    /// <summary>The new version of the bundle is in force.</summary>
    Done,

    /// <summary>Nothing was learned, or what was learned is not in force; the reply has the reason.</summary>
    Failed,
}

/// <summary>What adding confirmed parts to a memory bank has come to, in the replies to its command.</summary>
/// <param name="State">How far it is.</param>
/// <param name="RecipeName">Whose bank.</param>
/// <param name="Frames">Pictures that are learned from; once done, those that the bank did not have already.</param>
public sealed record BankLearning(LearningState State, string RecipeName, int Frames)
{
    internal static readonly string[] States = ["started", "done", "failed"];

    /// <summary>What the bank was and is, once it has learned.</summary>
    public BankChange? Bank { get; init; }

    internal static BankLearning Read(WireReader learning) => new(
        (LearningState)learning.Word("state", States), learning.Text("recipe"), (int)learning.Integer("frames"))
    {
        Bank = learning.TryObject("bank", out var bank) ? BankChange.Read(bank) : null,
    };

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("learning"u8);
        json.WriteString("state"u8, States[(int)State]);
        json.WriteString("recipe"u8, RecipeName);
        json.WriteNumber("frames"u8, Frames);
        Bank?.Write(json);
        json.WriteEndObject();
    }
}

/// <summary>A memory bank before and after parts were added.</summary>
/// <param name="Vectors">It has.</param>
/// <param name="VectorsBefore">It had.</param>
/// <param name="Threshold">Of the bundle; what a recipe or a camera sets goes before it.</param>
/// <param name="ThresholdBefore">It was.</param>
/// <param name="FalseAlarms">Added frames that still score above it.</param>
/// <param name="FalseAlarmsBefore">Added frames that scored above what it was.</param>
/// <param name="Seconds">It took.</param>
public sealed record BankChange(
    int Vectors, int VectorsBefore, float Threshold, float ThresholdBefore, int FalseAlarms, int FalseAlarmsBefore,
    double Seconds)
{
    internal static BankChange Read(WireReader bank) => new(
        (int)bank.Integer("vectors"), (int)bank.Integer("vectorsBefore"),
        bank.Single("threshold") ?? throw bank.Unexpected("threshold", "missing", "a number"),
        bank.Single("thresholdBefore") ?? throw bank.Unexpected("thresholdBefore", "missing", "a number"),
        (int)bank.Integer("falseAlarms"), (int)bank.Integer("falseAlarmsBefore"),
        bank.Number("seconds") ?? throw bank.Unexpected("seconds", "missing", "a number"));

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("bank"u8);
        json.WriteNumber("vectors"u8, Vectors);
        json.WriteNumber("vectorsBefore"u8, VectorsBefore);
        json.WriteFinite("threshold"u8, Threshold);
        json.WriteFinite("thresholdBefore"u8, ThresholdBefore);
        json.WriteNumber("falseAlarms"u8, FalseAlarms);
        json.WriteNumber("falseAlarmsBefore"u8, FalseAlarmsBefore);
        json.WriteMilliseconds("seconds"u8, Seconds);
        json.WriteEndObject();
    }
}

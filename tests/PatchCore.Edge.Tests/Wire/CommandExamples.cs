using PatchCore.Edge.Cameras;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

/// <summary>Commands and replies, as <see cref="MessageExamples"/>.</summary>
internal static class CommandExamples
{
    public static CommandMessage Trigger { get; } = new()
    {
        Command = CommandKind.Trigger,
        PartId = "part-17",
        PartType = "flange-120",
        SentAt = MessageExamples.Captured,
    };

    public static CommandMessage UseRecipe { get; } = new()
    {
        Command = CommandKind.UseRecipe,
        RecipeName = "flange",
    };

    public static CommandReply Accepted { get; } = new()
    {
        Station = "press-3",
        Camera = "top",
        Command = "trigger",
        Accepted = true,
        PartId = "part-17",
        RecipeName = "flange",
        Bundle = "flange-2026-02",
        Threshold = 2.75f,
        PublishedAt = MessageExamples.Captured,
    };

    public static CommandReply Refused { get; } = new()
    {
        Station = "press-3",
        Camera = "top",
        Command = "recipe",
        Accepted = false,
        Reason = "recipe flang: there is none in /etc/patchcore-edge/recipes, expected one of flange, gasket",
        RecipeName = "gasket",
        Bundle = "gasket-2026-01",
        Threshold = 3.5f,
        PublishedAt = MessageExamples.Captured,
    };

    public static CommandMessage SetThreshold { get; } = new()
    {
        Command = CommandKind.Threshold,
        Threshold = 2.5f,
    };

    public static CommandMessage Acknowledge { get; } = new()
    {
        Command = CommandKind.Acknowledge,
        Alarm = AlarmKind.Drift,
        By = "line lead, shift 2",
    };

    public static CommandMessage Confirm { get; } = new()
    {
        Command = CommandKind.Confirm,
        Id = ResultId.Parse("01KJM89HZX0410C20A1G7104H0"),
        Good = true,
        By = "line lead, shift 2",
    };

    public static CommandMessage AddToBank { get; } = new()
    {
        Command = CommandKind.AddToBank,
        RecipeName = "flange",
        Last = 12,
    };

    public static CommandReply Confirmed { get; } = Accepted with
    {
        Command = "confirm",
        PartId = null,
        Id = Confirm.Id,
        Confirmed = 12,
    };

    public static CommandReply Learning { get; } = Accepted with
    {
        Command = "bank/add",
        PartId = null,
        Learning = new(LearningState.Started, "flange", 12),
    };

    public static CommandReply Learned { get; } = Accepted with
    {
        Command = "bank/add",
        PartId = null,
        Learning = new(LearningState.Done, "flange", 12)
        {
            Bank = new(3204, 3136, 2.75f, 2.5f, 0, 9, 7.25),
        },
    };

    public static CommandMessage TriggerNumber { get; } = new()
    {
        Command = CommandKind.Trigger,
        PartId = "sim-7-001041",
        Number = 18,
    };

    public static CommandMessage AcknowledgeResult { get; } = new()
    {
        Command = CommandKind.AcknowledgeResult,
        Number = 18,
    };

    public static CommandReply Missed { get; } = Accepted with
    {
        Accepted = false,
        Reason = "busy: number 18, part 'sim-7-001041' is being inspected",
        PartId = "sim-7-001042",
        Number = 19,
    };

    public static CommandReply Status { get; } = Accepted with
    {
        Command = "status",
        PartId = null,
        Status = new(CameraState.Streaming, true, 81043, 12, 240, 31, 80211, 502, 47),
    };

    public static CommandReply Snapshot { get; } = Accepted with
    {
        Command = "snapshot",
        PartId = null,
        Snapshot = new("factory/press-3/top/snapshot", 81044, MessageExamples.Captured),
    };
}

using System.Buffers;
using System.Text.Json;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Takes the commands of one camera and answers each: on the response topic of its message, else on the camera's reply
/// topic, with its correlation data. What cannot be done changes nothing and is answered with the reason.
/// </summary>
internal sealed class CommandListener(
    EdgeSettings settings, Topics topics, Pipeline pipeline, RecipeBoard recipes, MqttLink link, TimeProvider time,
    ILogger logger)
{
    /// <summary>Who asked has given up by then.</summary>
    private static readonly TimeSpan ReplyExpiry = TimeSpan.FromMinutes(1);

    private readonly string _camera = pipeline.Camera.Name;

    public void Start() => link.Subscribe(topics.Command(_camera), Receive);

    private void Receive(MosquittoMessage message)
    {
        CommandMessage command;
        try
        {
            command = CommandMessage.Parse(message.Payload);
        }
        catch (WireException error)
        {
            Answer(message, null, error.Message);
            return;
        }

        // A broker hands a retained message to every new connection: it would trigger again after each outage.
        if (message.Retain)
            Answer(message, command, "it is a retained message, expected one that is not");
        else if (command.Command == CommandKind.Trigger)
            Answer(message, command, pipeline.Request(new PartRequest(command.PartId, command.PartType)));
        else
            _ = ChangeRecipeAsync(message, command);
    }

    /// <summary>Loading takes its time, which the network thread has not.</summary>
    private async Task ChangeRecipeAsync(MosquittoMessage message, CommandMessage command)
    {
        try
        {
            var change = command.Command == CommandKind.Rollback
                ? await recipes.RollBackAsync(_camera)
                : await recipes.UseAsync(_camera, command.RecipeName!);
            Answer(message, command, change.Failure);
        }
#pragma warning disable CA1031 // nobody waits for this task; whoever commanded is told
        catch (Exception error)
#pragma warning restore CA1031
        {
            Answer(message, command, error.Message);
        }
    }

    private void Answer(MosquittoMessage to, CommandMessage? command, string? refusal)
    {
        var recipe = recipes.Of(_camera);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WireFormat.WriterOptions))
        {
            new CommandReply
            {
                Station = settings.Station.Name,
                Camera = _camera,
                Command = command is null ? null : CommandMessage.WordOf(command.Command),
                Accepted = refusal is null,
                Reason = refusal,
                PartId = command?.PartId,
                RecipeName = recipe.Name,
                Bundle = recipe.BundleId,
                PublishedAt = time.GetUtcNow(),
            }.Write(json);
        }

        if (refusal is not null)
            logger.CommandRefused(_camera, refusal);
        link.PublishEvent(
            to.ResponseTopic ?? topics.Reply(_camera), buffer.WrittenSpan,
            new MosquittoDelivery(
                Delivery.Reply.QualityOfService, Delivery.Reply.Retain, ReplyExpiry, "application/json",
                to.Correlation));
    }
}

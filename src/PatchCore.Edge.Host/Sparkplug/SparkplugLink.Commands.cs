using Google.Protobuf;
using PatchCore.Edge.Host.Commanding;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>What the node and its cameras are told, on the network thread.</summary>
internal sealed partial class SparkplugLink
{
    private readonly Dictionary<string, (string Camera, Action<MosquittoMessage> Receive)> _commands = [];

    private void OnMessage(MosquittoMessage message)
    {
        try
        {
            // A broker hands a retained message to every new connection.
            if (message.Retain)
                throw new WireException("it is a retained message, expected one that is not");
            if (message.Payload.Length > CommandListener.LongestCommand)
            {
                throw new WireException(
                    $"found {message.Payload.Length} bytes, expected at most {CommandListener.LongestCommand}");
            }

            if (message.Topic == _topics.NodeCommand && SparkplugCommand.AsksForRebirth(message.Payload))
            {
                _rebirthAsked = true;
                Wake();
            }

            if (_commands.TryGetValue(message.Topic, out var told))
                HandOn(message, told.Camera, told.Receive);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or WireException)
        {
            _logger.SparkplugCommandRefused(message.Topic, error.Message);
        }
    }

    private void HandOn(MosquittoMessage message, string camera, Action<MosquittoMessage> receive)
    {
        foreach (var command in SparkplugCommand.ToCamera(message.Payload, _session.SlotsOf(camera)))
        {
            receive(message with
            {
                Payload = command.ToUtf8(),
                ContentType = "application/json",
                Correlation = null,
                ResponseTopic = null,
            });
        }

        TellChanges();
    }
}

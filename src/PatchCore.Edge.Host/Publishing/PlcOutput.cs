using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// One camera's verdicts as letter and number, see <see cref="PlcResult"/>, in order with its results. Says at once
/// that counting begins. One call at a time.
/// </summary>
internal sealed class PlcOutput
{
    private readonly IMessageQueue _queue;
    private readonly string _topic;
    private readonly MosquittoDelivery _delivery;
    private PlcResult _last = PlcResult.Started;

    /// <param name="expiry">Age at which a verdict that could not be delivered is given up.</param>
    public PlcOutput(string topic, IMessageQueue queue, TimeSpan expiry)
    {
        (_topic, _queue) = (topic, queue);
        _delivery = new MosquittoDelivery(
            Delivery.Plc.QualityOfService, Delivery.Plc.Retain, expiry, "text/plain");
        Send();
    }

    /// <param name="verdict">As the result says it.</param>
    public void Publish(Verdict verdict)
    {
        _last = new PlcResult(verdict, _last.NextNumber);
        Send();
    }

    private void Send()
    {
        Span<byte> text = stackalloc byte[PlcResult.MaxLength];
        _queue.PublishEvent(_topic, text[.._last.Format(text)], _delivery);
    }
}

using System.Text;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>The bridge of deploy/mosquitto. A test takes 7 s: mosquitto waits so long before it tries again.</summary>
public sealed class LineBridgeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Bridge_forwards_what_was_published_while_the_plant_broker_was_away()
    {
        using var certificates = new LineCertificates();
        using var plant = MosquittoBroker.Start(certificates.PlantSettings);
        using var there = await Subscriber.ToAsync(certificates.As("plant-bridge", plant.Port), "plant/line-4/+/#");
        using var cable = new Relay(plant.Port);
        using var line = new LineBroker(certificates, cable.Port);
        using var station = new MosquittoClient(line.As("station-1"));
        await station.StartUntilAsync(connected: true);
        Publish(station, "result", "before");
        AssertArrive(there, "before");

        cable.Cut();
        Publish(station, "result", "first");
        Publish(station, "heatmap", "stays");
        Publish(station, "result", "second");
        using var mended = new Relay(plant.Port, cable.Port);

        AssertArrive(there, "first", "second");
        Assert.DoesNotContain(there.All(), message => message.Topic.EndsWith("/heatmap", StringComparison.Ordinal));
    }

    /// <summary>In this order; what had not been acknowledged when the cable was cut comes again.</summary>
    private static void AssertArrive(Subscriber there, params string[] results)
    {
        foreach (var result in results)
        {
            there.Next(message => message.Topic == "plant/line-4/station-1/top/result"
                && Encoding.UTF8.GetString(message.Payload) == result);
        }
    }

    private static void Publish(MosquittoClient station, string kind, string text)
    {
        station.TryPublish(
            $"patchcore/station-1/top/{kind}", Encoding.UTF8.GetBytes(text), new MosquittoDelivery(1), out _);
        Assert.True(station.Flush(Patience));
    }
}

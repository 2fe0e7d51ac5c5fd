namespace PatchCore.Edge.Host.Settings;

/// <summary>What no schema can say of a camera's heatmaps.</summary>
internal static class HeatmapRules
{
    internal static void Check(string key, HeatmapSettings heatmap, MqttSettings mqtt, List<string> errors)
    {
        if (heatmap is { When: HeatmapWhen.Every, Every: null })
            errors.Add($"{key}:Every is missing, expected how many parts it is from picture to picture");
        if (heatmap.When != HeatmapWhen.Every && heatmap.Every is { } every)
            errors.Add(FormattableString.Invariant($"{key}:Every is {every}, expected it with {key}:When every alone"));
        if (heatmap.Layers != HeatmapLayers.Blended && mqtt.Protocol == "3.1.1")
        {
            errors.Add($"{key}:Layers is {(heatmap.Layers == HeatmapLayers.Both ? "both" : "separate")}, expected "
                + "blended with Mqtt:Protocol 3.1.1: which picture a map belongs to is an MQTT 5 property");
        }
    }
}

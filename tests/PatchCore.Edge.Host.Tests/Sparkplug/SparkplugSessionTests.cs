using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

public sealed class SparkplugSessionTests
{
    private readonly SparkplugSession _session = new(["top", "side"], TimeProvider.System);

    [Fact]
    public void Published_decoder_reads_every_kind_of_message_as_it_was_meant()
    {
        var result = SparkplugExamples.Result(17);
        var decoded = PublishedDecoder.Decode(
            SparkplugSession.NodeDeath(7, SparkplugExamples.Captured),
            _session.NodeBirth(7, SparkplugExamples.Node),
            _session.DeviceBirth("top", SparkplugExamples.Device()),
            _session.DeviceData("top", result, historical: false),
            _session.DeviceData("top", SparkplugExamples.Result(18, Verdict.Error), historical: true),
            _session.DeviceData("top", SparkplugExamples.Device(passed: 9))!,
            _session.NodeData(SparkplugExamples.Node with { Alarms = 0 })!,
            _session.DeviceDeath());

        Assert.Equal([null, 0, 1, 2, 3, 4, 5, 6], decoded.Select(d => d.Seq));
        var (death, birth, device) = (decoded[0], decoded[1], decoded[2]);
        Assert.Equal("Int64 7", death.Of("bdSeq"));
        Assert.Equal("Int64 7", birth.Of("bdSeq"));
        Assert.Equal("Boolean false", birth.Of("Node Control/Rebirth"));
        Assert.Equal("String \"part-7\"", birth.Of("Properties/Bundle"));
        Assert.Equal("Double 0.25", birth.Of("Process/Cpu"));
        Assert.Equal("Int64 5000000000", birth.Of("Process/MemoryBytes"));
        Assert.Equal("Int32 2", birth.Of("Alarms/Active"));
        Assert.Equal("String null", device.Of("Result/Verdict"));
        Assert.Equal("Int32 null", device.Of("Result/Code"));
        Assert.Equal("Float 21.5", device.Of("Recipe/Threshold"));
        Assert.Equal("Int64 3", device.Of("Counts/Pass"));
        Assert.Equal("String \"streaming\"", device.Of("Camera/State"));
        Assert.Equal("Double 12.5", device.Of("Camera/FramesPerSecond"));
        string[] names =
        [
            "Result/Id", "Result/Verdict", "Result/Code", "Result/Reason", "Result/Score", "Result/NormalizedScore",
            "Result/FrameId", "Result/CapturedAt", "Result/LatencyMs",
        ];
        Assert.Equal(
            [
                $"String \"{result.Id}\"", "String \"FAIL\"", "Int32 2", "String null", "Float 64.5", "Float 0.75",
                "Int64 17", "DateTime 1700000000125", "Double 24.5",
            ],
            names.Select(name => decoded[3].Of(device.AliasOf(name))));
        Assert.Equal("Int32 0", decoded[4].Of(device.AliasOf("Result/Code")));
        Assert.Equal("String \"no frame within 250 ms\"", decoded[4].Of(device.AliasOf("Result/Reason")));
        Assert.Equal("Float null", decoded[4].Of(device.AliasOf("Result/Score")));
        Assert.Equal("Int64 9", Assert.Single([decoded[5].Of(device.AliasOf("Counts/Pass"))]));
        Assert.Equal("Int32 0", decoded[6].Of(birth.AliasOf("Alarms/Active")));
        Assert.Single(decoded[6].Metrics);
        Assert.Empty(decoded[7].Metrics);
    }

    [Fact]
    public void Data_names_nothing_but_aliases_and_births_name_everything()
    {
        var births = PublishedDecoder.Decode(
            _session.NodeBirth(0, default), _session.DeviceBirth("top", SparkplugExamples.Device()));
        var data = PublishedDecoder.Decode(
            _session.DeviceData("top", SparkplugExamples.Result(1), historical: false),
            _session.DeviceData("top", SparkplugExamples.Result(2), historical: true),
            _session.DeviceData("side", SparkplugExamples.Device())!, _session.NodeData(SparkplugExamples.Node)!);

        Assert.All(births.SelectMany(b => b.Metrics), metric => Assert.True(metric.TryGetProperty("name", out _)));
        Assert.All(data.SelectMany(d => d.Metrics), metric =>
        {
            Assert.False(metric.TryGetProperty("name", out _));
            Assert.True(metric.TryGetProperty("alias", out _));
        });
        Assert.All(data[0].Metrics, metric => Assert.False(metric.TryGetProperty("isHistorical", out _)));
        Assert.All(data[1].Metrics, metric => Assert.True(metric.GetProperty("isHistorical").GetBoolean()));
        Assert.All(data[1].Metrics, metric => Assert.Equal(
            1_700_000_000_150, metric.GetProperty("timestamp").GetInt64()));
    }

    [Fact]
    public void Aliases_are_unique_in_the_node_and_what_a_host_needs_first_has_none()
    {
        var slots = _session.Slots.ToList();
        var aliases = slots.Where(slot => slot.Alias is not null).Select(slot => slot.Alias!.Value).ToList();

        Assert.Equal(aliases.Count, aliases.Distinct().Count());
        Assert.Equal(
            ["bdSeq", "Node Control/Rebirth"], slots.Where(slot => slot.Alias is null).Select(slot => slot.Name));
    }

    [Fact]
    public void Sequence_begins_with_0_at_birth_and_0_follows_255()
    {
        var births = new[] { Birth(), Data(1), Birth() }.Concat(Enumerable.Range(0, 257).Select(Data)).ToList();

        var seqs = births.Select(payload => (int)SparkplugPayload.Parser.ParseFrom(payload).Seq);
        Assert.Equal([0, 1, 0, .. Enumerable.Range(1, 255), 0, 1], seqs);

        byte[] Birth() => _session.NodeBirth(0, default);
        byte[] Data(int frame) => _session.DeviceData("top", SparkplugExamples.Result(frame), historical: false);
    }

    [Fact]
    public void What_has_not_changed_is_not_told()
    {
        _session.DeviceBirth("top", SparkplugExamples.Device());
        _session.NodeBirth(0, SparkplugExamples.Node);

        Assert.Null(_session.DeviceData("top", SparkplugExamples.Device()));
        Assert.Null(_session.NodeData(SparkplugExamples.Node));
        Assert.NotNull(_session.DeviceData("top", SparkplugExamples.Device(passed: 4)));
    }
}

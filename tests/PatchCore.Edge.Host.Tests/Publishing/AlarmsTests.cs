using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Publishing;

public sealed class AlarmsTests
{
    private readonly ManualTime _time = new();
    private readonly List<(string Topic, AlarmMessage Message, int QualityOfService, bool Retain)> _published = [];
    private readonly Alarms _alarms;

    public AlarmsTests() => _alarms = new Alarms(
        new Topics("factory", "s1"), TimeSpan.FromHours(1),
        (topic, payload, delivery) => _published.Add((
            topic, AlarmMessage.Parse(payload.Span), delivery.Qos, delivery.Retain)),
        _time);

    [Fact]
    public void Alarm_is_published_when_it_begins_when_its_severity_changes_and_when_it_is_over()
    {
        _alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Warning, "brightness 91 instead of 97");
        _time.Advance(TimeSpan.FromMinutes(1));
        _alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Warning, "brightness 90 instead of 97");
        _alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Critical, "brightness 85 instead of 97");
        _time.Advance(TimeSpan.FromMinutes(1));
        _alarms.Clear("top", AlarmKind.Drift, "as before");
        _alarms.Clear("top", AlarmKind.Drift, "as before");

        var start = DateTimeOffset.UnixEpoch;
        Assert.All(
            _published,
            p => Assert.Equal(("factory/s1/top/alarm", 1, false), (p.Topic, p.QualityOfService, p.Retain)));
        Assert.Equal(
        [
            (AlarmSeverity.Warning, start, null, "brightness 91 instead of 97"),
            (AlarmSeverity.Critical, start, null, "brightness 85 instead of 97"),
            (AlarmSeverity.Critical, start, start.AddMinutes(2), "as before"),
        ], _published.Select(p => (p.Message.Severity, p.Message.Since, p.Message.Cleared, p.Message.Text)));
        Assert.Equal(0, _alarms.Count);
    }

    [Fact]
    public void Alarm_that_was_seen_is_published_once_more_and_again_unseen_when_it_becomes_worse()
    {
        _alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Warning, "brightness 91 instead of 97");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_alarms.Acknowledge("top", AlarmKind.Drift, "shift 2"));
        Assert.Null(_alarms.Acknowledge("top", AlarmKind.Drift, "shift 3"));
        _alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Critical, "brightness 85 instead of 97");
        Assert.Null(_alarms.Acknowledge("top", AlarmKind.Drift, null));
        _alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Warning, "brightness 90 instead of 97");
        _alarms.Clear("top", AlarmKind.Drift, "as before");

        DateTimeOffset? seen = DateTimeOffset.UnixEpoch.AddMinutes(1);
        Assert.Equal(
        [
            (null, null), (seen, "shift 2"), (null, null), (seen, null), (seen, null), (seen, null),
        ], _published.Select(p => (p.Message.Acknowledged, p.Message.AcknowledgedBy)));
        Assert.Equal("brightness 91 instead of 97", _published[1].Message.Text);
        Assert.Equal(0, _alarms.Count);
    }

    [Fact]
    public void Alarm_of_the_station_is_seen_by_way_of_any_camera_and_one_that_is_not_there_is_refused()
    {
        _alarms.Raise(null, AlarmKind.Archive, AlarmSeverity.Warning, "full");
        _alarms.Raise("side", AlarmKind.Camera, AlarmSeverity.Critical, "no frames");

        Assert.Null(_alarms.Acknowledge("top", AlarmKind.Archive, "shift 2"));
        Assert.Equal(
            "there is no alarm of this kind at camera top, nor at the station",
            _alarms.Acknowledge("top", AlarmKind.Camera, "shift 2"));

        Assert.Equal("factory/s1/alarm", _published[^1].Topic);
        Assert.Equal(3, _published.Count);
    }

    [Fact]
    public void Alarms_of_cameras_of_the_station_and_of_other_kinds_do_not_touch()
    {
        _alarms.Raise("top", AlarmKind.Camera, AlarmSeverity.Critical, "no frames");
        _alarms.Raise("side", AlarmKind.Camera, AlarmSeverity.Critical, "no frames");
        _alarms.Raise(null, AlarmKind.Archive, AlarmSeverity.Warning, "full");
        _alarms.Clear("top", AlarmKind.Drift, "there was none");
        _alarms.Clear("top", AlarmKind.Camera, "frames again");

        Assert.Equal(
            ["factory/s1/top/alarm", "factory/s1/side/alarm", "factory/s1/alarm", "factory/s1/top/alarm"],
            _published.Select(p => p.Topic));
        Assert.Equal((2, "top", null), (_alarms.Count, _published[0].Message.Camera, _published[2].Message.Camera));
    }
}

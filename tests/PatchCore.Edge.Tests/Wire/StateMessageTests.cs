using System.Buffers;
using System.Text;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class StateMessageTests
{
    [Fact]
    public void Station_status_reads_back_as_it_was_written()
    {
        var read = StationStatus.Parse(Write(MessageExamples.Online.WriteTo));
        Assert.Equal(MessageExamples.Online.Providers, read.Providers);
        Assert.Equal(MessageExamples.Online.Cameras, read.Cameras);
        Assert.Equal(
            MessageExamples.Online,
            read with { Providers = MessageExamples.Online.Providers, Cameras = MessageExamples.Online.Cameras });
    }

    [Fact]
    public void Metrics_read_back_as_they_were_written()
    {
        var read = MetricsMessage.Parse(Write(MessageExamples.Metrics.WriteTo));
        var (camera, expected) = (Assert.Single(read.Cameras), MessageExamples.Metrics.Cameras[0]);
        Assert.Equal(expected.Latency, camera.Latency);
        Assert.Equal(expected, camera with { Latency = expected.Latency });
        Assert.Equal(MessageExamples.Metrics, read with { Cameras = MessageExamples.Metrics.Cameras });
    }

    [Fact]
    public void Last_will_says_offline_and_why()
    {
        var read = StationStatus.Parse(Write(MessageExamples.LastWill.WriteTo));
        Assert.Equal((false, "connection lost"), (read.Online, read.Reason));
        Assert.Empty(read.Cameras);
    }

    [Theory]
    [InlineData(CameraState.Starting, "starting")]
    [InlineData(CameraState.Streaming, "streaming")]
    [InlineData(CameraState.Reconnecting, "reconnecting")]
    [InlineData(CameraState.Stalled, "stalled")]
    [InlineData(CameraState.Ended, "ended")]
    [InlineData(CameraState.Failed, "failed")]
    public void Camera_state_reads_back_as_it_was_written(CameraState state, string word)
    {
        var status = MessageExamples.Reconnecting.Status with { State = state };
        var message = MessageExamples.Reconnecting with { Status = status };
        var written = Write(message.WriteTo);
        Assert.Contains($"\"state\":\"{word}\"", Encoding.UTF8.GetString(written), StringComparison.Ordinal);
        Assert.Equal(message, CameraStateMessage.Parse(written));
    }

    [Theory]
    [InlineData(PictureState.Ok, "ok")]
    [InlineData(PictureState.Resized, "resized")]
    [InlineData(PictureState.Saturated, "saturated")]
    [InlineData(PictureState.Frozen, "frozen")]
    [InlineData(PictureState.Black, "black")]
    public void Picture_state_reads_back_as_it_was_written(PictureState state, string word)
    {
        var frozen = MessageExamples.Frozen.Status;
        var message = MessageExamples.Frozen with
        {
            Status = frozen with { Picture = frozen.Picture! with { State = state } },
        };
        var written = Write(message.WriteTo);
        Assert.Contains(
            $$"""{"state":"{{word}}","width":1920,"height":1080,"format":"bgr24"}""", Encoding.UTF8.GetString(written),
            StringComparison.Ordinal);
        Assert.Equal(message, CameraStateMessage.Parse(written));
    }

    [Fact]
    public void Camera_state_of_an_earlier_version_has_no_stalls()
    {
        var text = Encoding.UTF8.GetString(Write(MessageExamples.Frozen.WriteTo)).Replace(
            "\"stalls\":2,\"hung\":1,", "", StringComparison.Ordinal);
        var status = CameraStateMessage.Parse(Encoding.UTF8.GetBytes(text)).Status;
        Assert.Equal((2, 0, 0), (status.Reopened, status.Stalls, status.Hung));
    }

    [Fact]
    public void Drift_reads_back_as_it_was_written()
    {
        var written = Write(MessageExamples.Drifting.WriteTo);
        Assert.Equal(MessageExamples.Drifting, DriftMessage.Parse(written));
        var newer = Encoding.UTF8.GetString(written).Replace("\"scores\",", "\"smell\",", StringComparison.Ordinal);
        Assert.Equal(DriftCauses.Brightness, DriftMessage.Parse(Encoding.UTF8.GetBytes(newer)).Reading.Causes);
    }

    [Fact]
    public void Alarms_of_a_camera_and_of_the_station_read_back_as_they_were_written()
    {
        Assert.Equal(MessageExamples.Alarm, AlarmMessage.Parse(Write(MessageExamples.Alarm.WriteTo)));
        Assert.Equal(MessageExamples.Cleared, AlarmMessage.Parse(Write(MessageExamples.Cleared.WriteTo)));
    }

    [Fact]
    public void Archive_reads_back_as_it_was_written()
    {
        var empty = MessageExamples.Archive with { Oldest = null, Reason = null, State = ArchiveState.Ok };
        Assert.Equal(MessageExamples.Archive, ArchiveMessage.Parse(Write(MessageExamples.Archive.WriteTo)));
        Assert.Equal(empty, ArchiveMessage.Parse(Write(empty.WriteTo)));
    }

    [Fact]
    public void Unknown_state_word_is_refused()
    {
        var text = Encoding.UTF8.GetString(Write(MessageExamples.Online.WriteTo)).Replace(
            "\"online\"", "\"sleeping\"", StringComparison.Ordinal);
        var error = Assert.Throws<WireException>(() => StationStatus.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal("patchcore.status/1: state is 'sleeping', expected online or offline", error.Message);
    }

    [Fact]
    public void Message_of_another_kind_is_refused() =>
        Assert.Throws<WireException>(() => CameraStateMessage.Parse(Write(MessageExamples.Online.WriteTo)));

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

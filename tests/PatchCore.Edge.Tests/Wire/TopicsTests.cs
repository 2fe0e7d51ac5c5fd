using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class TopicsTests
{
    [Fact]
    public void Topics_are_root_station_camera_and_kind()
    {
        var topics = new Topics("factory/line 4", "press-3");
        Assert.Equal("factory/line 4/press-3/top/result", topics.Result("top"));
        Assert.Equal("factory/line 4/press-3/top/heatmap", topics.Heatmap("top"));
        Assert.Equal("factory/line 4/press-3/top/picture", topics.Picture("top"));
        Assert.Equal("factory/line 4/press-3/top/map", topics.Map("top"));
        Assert.Equal("factory/line 4/press-3/top/state", topics.State("top"));
        Assert.Equal("factory/line 4/press-3/status", topics.Status);
        Assert.Equal("factory/line 4/press-3/+/result", topics.AllResults);
    }

    [Theory]
    [InlineData("", "topic root '' has an empty level, expected one character or more")]
    [InlineData("/a", "topic root '/a' has an empty level, expected one character or more")]
    [InlineData("a/", "topic root 'a/' has an empty level, expected one character or more")]
    [InlineData("a//b", "topic root 'a//b' has an empty level, expected one character or more")]
    [InlineData("a/+", "topic root 'a/+' contains '+', which has a meaning of its own in topics")]
    [InlineData("$SYS", "topic root '$SYS' begins with '$', which brokers keep to themselves")]
    public void Root_that_cannot_be_a_topic_is_refused(string root, string reason) =>
        Assert.Equal(reason, Assert.Throws<WireException>(() => new Topics(root, "s")).Message);

    [Theory]
    [InlineData("", "camera '' has an empty level, expected one character or more")]
    [InlineData("a/b", "camera 'a/b' contains '/', which has a meaning of its own in topics")]
    [InlineData("a+", "camera 'a+' contains '+', which has a meaning of its own in topics")]
    [InlineData("#", "camera '#' contains '#', which has a meaning of its own in topics")]
    [InlineData("a\u0000", "camera 'a\u0000' contains the control character U+0000")]
    public void Camera_name_that_cannot_be_a_level_is_refused(string camera, string reason) =>
        Assert.Equal(reason, Assert.Throws<WireException>(() => new Topics("r", "s").Result(camera)).Message);

    [Fact]
    public void Camera_name_with_half_a_surrogate_pair_is_refused()
    {
        var error = Assert.Throws<WireException>(() => new Topics("r", "s").Result("a\ud800"));
        Assert.Contains(
            "contains half a surrogate pair and cannot be written as UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Station_name_that_cannot_be_a_level_is_refused() =>
        Assert.Throws<WireException>(() => new Topics("r", "a/b"));

    [Fact]
    public void Topic_longer_than_mqtt_allows_is_refused()
    {
        var topics = new Topics("r", "s");
        Assert.Equal(65535, topics.Result(new string('c', 65535 - "r/s//result".Length)).Length);
        Assert.Throws<WireException>(() => topics.Result(new string('c', 65536 - "r/s//result".Length)));
    }
}

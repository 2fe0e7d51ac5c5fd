using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class MqttSettingsTests : IDisposable
{
    private const string Secret = "s3cret-Of-The-Line";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Brokers_are_taken_in_order_each_with_its_own_tls_or_that_of_all()
    {
        _folder.Write("ca.pem", "");
        _folder.Write("plant.pem", "");

        var brokers = Connections("""
            {
              "Brokers": [{ "Host": "line" }, { "Host": "plant", "Port": 8883,
                "Tls": { "Enabled": true, "CaFile": "plant.pem", "VerifyHostname": false } }],
              "Tls": { "Enabled": true, "CaFile": "ca.pem" }
            }
            """);

        Assert.Equal(["line:1883", "plant:8883"], brokers.Select(broker => $"{broker}"));
        Assert.Equal(
            [
                new MosquittoTls(_folder["ca.pem"], null, null),
                new MosquittoTls(_folder["plant.pem"], null, null, VerifyHostname: false),
            ],
            brokers.Select(broker => broker.Tls!));
        Assert.All(brokers, broker => Assert.Equal(
            (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)), (broker.SessionExpiry!.Value, broker.Will!.Delay)));
    }

    [Fact]
    public void Mqtt_3_1_1_has_no_session_that_outlives_the_connection() =>
        Assert.Null(Assert.Single(Connections("""{ "Protocol": "3.1.1" }""")).SessionExpiry);

    [Theory]
    [InlineData("""{ "Host": "a", "Brokers": [{ "Host": "b" }] }""",
        "Mqtt:Brokers and Mqtt:Host or Mqtt:Port are both set, expected the list or the one broker")]
    [InlineData("""{ "Port": 1883, "Brokers": [{ "Host": "b" }] }""",
        "Mqtt:Brokers and Mqtt:Host or Mqtt:Port are both set, expected the list or the one broker")]
    [InlineData("""{ "Brokers": [{ "Port": 1 }] }""",
        "Mqtt:Brokers:0:Host is missing, expected the broker's host name or address")]
    [InlineData("""{ "WillDelaySeconds": 11 }""",
        "Mqtt:WillDelaySeconds found 11, expected at most Mqtt:SessionExpirySeconds (10): "
            + "a last will goes out with its session")]
    [InlineData("""{ "Username": "u", "PasswordEnvironment": "PATCHCORE_NO_SUCH" }""",
        "Mqtt:PasswordEnvironment found no environment variable PATCHCORE_NO_SUCH, or an empty one")]
    [InlineData("""{ "PasswordEnvironment": "PATH" }""",
        "Mqtt:Username is missing, expected a user name to go with Mqtt:PasswordEnvironment")]
    [InlineData("""{ "Username": "u", "UsernameEnvironment": "PATH" }""",
        "Mqtt:Username and Mqtt:UsernameEnvironment are both set, expected one of them")]
    [InlineData("""{ "Brokers": [{ "Host": "b", "Tls": { "CaFile": "schema.pem" } }] }""",
        "Mqtt:Brokers:0:Tls:Enabled is false although certificates are named, expected true")]
    public void Settings_that_contradict_each_other_are_named(string mqtt, string expected)
    {
        _folder.Write("schema.pem", "");

        Assert.Equal([expected], Assert.Throws<SettingsException>(() => Load(mqtt)).Errors);
    }

    [Theory]
    [InlineData($$"""{ "Host": "mqtt://edge:{{Secret}}@broker" }""")]
    [InlineData($$"""{ "Brokers": [{ "Host": "edge:{{Secret}}@broker" }] }""")]
    [InlineData($$"""{ "Password": "{{Secret}}" }""")]
    public void Secret_where_none_belongs_is_refused_and_not_repeated(string mqtt) => Assert.DoesNotContain(
        Secret, Assert.Throws<SettingsException>(() => Load(mqtt)).ToString(), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<MosquittoOptions> Connections(string mqtt) =>
        new StationMessages(Load(mqtt), TimeProvider.System).Connections();

    private EdgeSettings Load(string mqtt)
    {
        Directory.CreateDirectory(_folder["bundle"]);
        var path = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" }, "Mqtt": {{mqtt}},
              "Cameras": { "line-1": { "Bundle": "bundle", "Source": { "Kind": "simulated" } } }
            }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

public sealed class MosquittoSecurityTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("mosquitto-tls-").FullName;
    private X509Certificate2? _authority;

    [Fact]
    public async Task Broker_without_anonymous_access_refuses_with_a_reason()
    {
        using var broker = MosquittoBroker.Start("allow_anonymous false");
        using var client = new MosquittoClient(Clients.Options(broker.Port));

        var refused = await client.StartUntilAsync(connected: false);

        Assert.Equal("the broker refused the connection: Not authorized", refused.Reason);
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task User_and_password_open_the_broker()
    {
        // mosquitto's own format: $7$iterations$salt$hash, PBKDF2 with SHA-512.
        var salt = new byte[12];
        var hash = Rfc2898DeriveBytes.Pbkdf2("secret", salt, 101, HashAlgorithmName.SHA512, 64);
        var passwords = Save(
            "passwords", $"edge:$7$101${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
        using var broker = MosquittoBroker.Start($"allow_anonymous false\npassword_file {passwords}");
        using var client = new MosquittoClient(
            Clients.Options(broker.Port) with { Username = "edge", Password = "secret" });

        await client.StartUntilAsync(connected: true);

        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Tls_connects_when_the_authority_is_trusted()
    {
        var (authority, settings) = MakeCertificates();
        using var broker = MosquittoBroker.Start(settings);
        using var client = new MosquittoClient(
            Clients.Options(broker.Port) with { Tls = new MosquittoTls(authority, null, null) });

        await client.StartUntilAsync(connected: true);

        Assert.True(client.TryPublish("line/1", [1], new MosquittoDelivery(1), out _));
        Assert.True(client.Flush(Patience));
    }

    [Fact]
    public async Task Tls_refuses_a_foreign_authority_and_keeps_trying()
    {
        var (_, settings) = MakeCertificates();
        var (foreign, _) = MakeCertificates();
        using var broker = MosquittoBroker.Start(settings);
        using var client = new MosquittoClient(
            Clients.Options(broker.Port) with { Tls = new MosquittoTls(foreign, null, null) });

        await client.StartUntilAsync(connected: false);
        var again = await client.NextAsync(connected: false);

        Assert.Contains("certificate verify failed", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_refuses_a_broker_of_another_name_unless_names_are_not_looked_at()
    {
        var (authority, settings) = MakeCertificates(address: "127.0.0.2");
        using var broker = MosquittoBroker.Start(settings);
        var tls = new MosquittoTls(authority, null, null);
        using var strict = new MosquittoClient(Clients.Options(broker.Port) with { Tls = tls });
        using var lax = new MosquittoClient(
            Clients.Options(broker.Port) with { Tls = tls with { VerifyHostname = false } });

        var refused = await strict.StartUntilAsync(connected: false);
        await lax.StartUntilAsync(connected: true);

        Assert.Contains("host name verification failed", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(-1, "certificate expired")]
    public async Task Tls_certificate_of_the_client_is_looked_at_by_the_broker(int hoursLeft, string? reason)
    {
        var (authority, settings) = MakeCertificates();
        using var broker = MosquittoBroker.Start(settings + "\nrequire_certificate true");
        var (certificate, key) = MakeCertificate("127.0.0.3", hoursLeft);
        using var client = new MosquittoClient(
            Clients.Options(broker.Port) with { Tls = new MosquittoTls(authority, certificate, key) });

        var change = await client.StartUntilAsync(connected: reason is null);

        Assert.Contains(reason ?? "connected", change.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_in_words_have_no_secret()
    {
        var options = Clients.Options(1883) with { Username = "edge", Password = "s3cret" };

        Assert.Equal("127.0.0.1:1883", $"{options}");
    }

    [Fact]
    public void Tls_file_that_is_missing_is_named()
    {
        var error = Assert.Throws<MosquittoException>(() =>
            new MosquittoClient(Clients.Options(1) with { Tls = new MosquittoTls("/nowhere/ca.pem", null, null) }));

        Assert.Contains("/nowhere/ca.pem", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private (string Authority, string Settings) MakeCertificates(string address = "127.0.0.1")
    {
        var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority?.Dispose();
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Save($"{Guid.NewGuid():N}-ca.pem", _authority.ExportCertificatePem());
        var (certificate, key) = MakeCertificate(address, hoursLeft: 1);
        return (file, $"allow_anonymous true\ncafile {file}\ncertfile {certificate}\nkeyfile {key}");
    }

    private (string Certificate, string Key) MakeCertificate(string address, int hoursLeft)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority!, DateTimeOffset.UtcNow.AddHours(-20), DateTimeOffset.UtcNow.AddHours(hoursLeft), [1, 2, 3]);
        var prefix = Guid.NewGuid().ToString("N");
        return (
            Save($"{prefix}-cert.pem", certificate.ExportCertificatePem()),
            Save($"{prefix}-key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    private string Save(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}

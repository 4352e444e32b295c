using System.Security.Cryptography;
using EdgeGateway.Configuration;
using Xunit;

namespace EdgeGateway.Tests.Configuration;

public sealed class SettingRulesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private static SettingsReport Read(params (string Name, string Value)[] settings) =>
        SettingsReader.Read(new Dictionary<string, string>(), settings.ToDictionary(s => s.Name, s => s.Value), null);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[::]")]
    [InlineData("*")]
    [InlineData("192.0.2.7")]
    public void Without_authentication_only_a_loopback_address_is_listened_on(string host)
    {
        var error = Assert.Single(Read(("HOST", host), ("AUTH_REQUIRED", "false")).Errors);

        Assert.Contains("anybody who reaches this machine would be admin", error);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void On_a_loopback_address_authentication_may_be_off(string host)
    {
        var report = Read(("HOST", host), ("AUTH_REQUIRED", "false"));

        Assert.Empty(report.Errors);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void A_wildcard_address_without_tls_is_warned_of()
    {
        var report = Read(("HOST", "0.0.0.0"));

        Assert.Empty(report.Errors);
        Assert.Contains("without TLS", Assert.Single(report.Warnings));
    }

    [Fact]
    public void Authorization_servers_need_the_address_their_tokens_are_for()
    {
        var error = Assert.Single(Read(("OAUTH_AUTHORIZATION_SERVERS", "https://login.example")).Errors);

        Assert.Contains("set PUBLIC_URL", error);
    }

    [Theory]
    [InlineData("PUBLIC_URL", "https://gateway.example/", true)]
    [InlineData("PUBLIC_URL", "http://gateway.example:4444", true)]
    [InlineData("PUBLIC_URL", "https://gateway.example/mcp", false)]
    [InlineData("PUBLIC_URL", "gateway.example", false)]
    [InlineData("PUBLIC_URL", "https://me@gateway.example", false)]
    [InlineData("OAUTH_AUTHORIZATION_SERVERS", "https://a.example/realm, https://b.example", true)]
    [InlineData("OAUTH_AUTHORIZATION_SERVERS", "https://a.example?x=1", false)]
    [InlineData("OAUTH_AUTHORIZATION_SERVERS", "a.example", false)]
    public void Addresses_on_the_web_are_whole_and_bare(string setting, string value, bool accepted) =>
        Assert.Equal(accepted, Read([(setting, value), .. setting == "PUBLIC_URL" ? [] : ((string, string)[])[("PUBLIC_URL", "https://gateway.example")]]).Errors.Count == 0);

    [Theory]
    [InlineData(31, 1)]
    [InlineData(32, 0)]
    public void A_secret_has_at_least_32_bytes(int length, int errors) =>
        Assert.Equal(errors, Read(("JWT_SECRET_KEY", new string('k', length))).Errors.Count);

    [Fact]
    public void A_secret_is_measured_in_bytes_not_characters() =>
        Assert.Empty(Read(("JWT_SECRET_KEY", new string('ß', 16))).Errors);

    [Fact]
    public void A_public_key_algorithm_needs_its_file()
    {
        var error = Assert.Single(Read(("JWT_ALGORITHM", "RS256")).Errors);

        Assert.Contains("needs JWT_PUBLIC_KEY_FILE", error);
    }

    [Fact]
    public void A_public_key_file_with_a_shared_secret_algorithm_is_a_mistake()
    {
        var error = Assert.Single(Read(("JWT_PUBLIC_KEY_FILE", _file)).Errors);

        Assert.Contains("set JWT_ALGORITHM to RS256 or ES256", error);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public void A_file_without_a_key_is_refused(string algorithm)
    {
        File.WriteAllText(_file, "not a key");

        Assert.Contains("is no PEM file", Assert.Single(Read(("JWT_ALGORITHM", algorithm), ("JWT_PUBLIC_KEY_FILE", _file)).Errors));
        Assert.Contains("cannot be read", Assert.Single(Read(("JWT_ALGORITHM", algorithm), ("JWT_PUBLIC_KEY_FILE", _file + ".absent")).Errors));
    }

    [Fact]
    public void A_key_of_the_other_kind_or_a_weak_one_is_refused()
    {
        using var weak = RSA.Create(1024);
        File.WriteAllText(_file, weak.ExportSubjectPublicKeyInfoPem());
        Assert.Contains("RS256 needs 2048", Assert.Single(Read(("JWT_ALGORITHM", "RS256"), ("JWT_PUBLIC_KEY_FILE", _file)).Errors));
        Assert.Contains("is no PEM file", Assert.Single(Read(("JWT_ALGORITHM", "ES256"), ("JWT_PUBLIC_KEY_FILE", _file)).Errors));

        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        File.WriteAllText(_file, curve.ExportSubjectPublicKeyInfoPem());
        Assert.Contains("ES256 needs P-256", Assert.Single(Read(("JWT_ALGORITHM", "ES256"), ("JWT_PUBLIC_KEY_FILE", _file)).Errors));
    }
}

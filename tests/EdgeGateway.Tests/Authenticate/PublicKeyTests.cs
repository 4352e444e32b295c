using System.Security.Cryptography;
using System.Text;
using EdgeGateway.DataPath.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

public sealed class PublicKeyTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public async Task RS256_and_ES256_tokens_are_accepted_with_the_public_key()
    {
        Assert.NotNull((await Tokens.ValidateAsync(Rs256(), RsaGate())).Principal);
        Assert.NotNull((await Tokens.ValidateAsync(Es256(), CurveGate())).Principal);
    }

    [Fact]
    public async Task A_token_of_another_private_key_is_refused()
    {
        using var other = RSA.Create(2048);
        var token = Tokens.Sign("""{"alg":"RS256"}""", Tokens.Payload(), input => other.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        Assert.Contains("signature", (await Tokens.ValidateAsync(token, RsaGate())).Error);
    }

    [Fact]
    public async Task The_public_key_is_never_taken_for_a_shared_secret()
    {
        var gate = RsaGate();
        var pem = await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken);
        foreach (var secret in new[] { pem, pem.Trim(), pem.ReplaceLineEndings("\r\n") })
        {
            var forged = Tokens.Sign(Tokens.HsHeader, Tokens.Payload(), input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input));

            Assert.NotNull((await Tokens.ValidateAsync(forged, gate)).Error);
        }
    }

    [Fact]
    public async Task A_token_cannot_choose_another_algorithm_than_the_configured_one()
    {
        var pss = Tokens.Sign("""{"alg":"PS256"}""", Tokens.Payload(), input => _rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        var stronger = Tokens.Sign("""{"alg":"HS512"}""", Tokens.Payload(), input => HMACSHA512.HashData(Encoding.UTF8.GetBytes(Tokens.Secret), input));

        Assert.NotNull((await Tokens.ValidateAsync(pss, RsaGate())).Error);
        Assert.NotNull((await Tokens.ValidateAsync(stronger)).Error);
        Assert.NotNull((await Tokens.ValidateAsync(Rs256())).Error);
        Assert.NotNull((await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload()), RsaGate())).Error);
    }

    private string Rs256() =>
        Tokens.Sign("""{"alg":"RS256"}""", Tokens.Payload(), input => _rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private string Es256() => Tokens.Sign("""{"alg":"ES256"}""", Tokens.Payload(), input => _curve.SignData(input, HashAlgorithmName.SHA256));

    private JwtGate RsaGate() => Gate("RS256", _rsa.ExportSubjectPublicKeyInfoPem());

    private JwtGate CurveGate() => Gate("ES256", _curve.ExportSubjectPublicKeyInfoPem());

    private JwtGate Gate(string algorithm, string pem)
    {
        File.WriteAllText(_file, pem);
        return new(Tokens.Options with { JwtSecretKey = "", JwtAlgorithm = algorithm, JwtPublicKeyFile = _file }, Tokens.Clock());
    }
}

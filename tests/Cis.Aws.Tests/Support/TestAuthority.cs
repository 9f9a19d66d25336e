using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cis.Aws.Tests.Support;

/// <summary>A certificate authority that nobody knows, and the certificates that it gives to servers.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-ca-");

    public TestAuthority()
    {
        CertificateRequest request = Request("CN=An authority of the tests", _key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _certificate = request.CreateSelfSigned(Start, Start.AddYears(1));
        File = Path.Combine(_folder.FullName, "ca.pem");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>The authority's certificate in PEM form.</summary>
    public string File { get; }

    private static DateTimeOffset Start { get; } = DateTimeOffset.UtcNow.AddDays(-1);

    /// <summary>A server's certificate with its key, for a name, or for an address.</summary>
    public X509Certificate2 Certify(string name)
    {
        using var key = RSA.Create(2048);
        CertificateRequest request = Request("CN=a server", key);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(_certificate, Start, Start.AddDays(30), [1, 2, 3]);
        return bare.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private static CertificateRequest Request(string subject, RSA key) =>
        new(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}

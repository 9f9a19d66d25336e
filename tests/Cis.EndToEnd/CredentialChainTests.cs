using System.Security.Cryptography;
using System.Text;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd;

/// <summary>Where the packed file takes its keys from, of what needs further clients of AWS: STS and SSO.</summary>
public sealed class CredentialChainTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cis-home-");
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly IdentityStub _aws = new();

    public ValueTask InitializeAsync()
    {
        _environment["HOME"] = _home.FullName;
        _environment["AWS_ENDPOINT_URL"] = _aws.Url.AbsoluteUri;
        _environment["AWS_PROFILE"] = "own";
        _environment["AWS_EC2_METADATA_DISABLED"] = "true";
        _environment["CIS_QUEUE_URL"] = new Uri(_aws.Url, "1/queue").AbsoluteUri;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _home.Delete(recursive: true);
    }

    private const string RoleWithRegion = """
        [profile base]
        aws_access_key_id = AKIABASE
        aws_secret_access_key = SECRET
        [profile own]
        role_arn = arn:aws:iam::123456789012:role/reader
        source_profile = base
        region = eu-central-1
        """;

    [Fact]
    public void A_profile_assumes_a_role_with_the_keys_of_another_and_its_region_counts()
    {
        WriteConfig(RoleWithRegion);

        AssertListsAs("ASIAreader eu-central-1");
        Assert.Equal(["role reader AKIABASE"], _aws.Calls);
    }

    [Fact]
    public void A_role_is_assumed_with_the_keys_of_another_role()
    {
        WriteConfig(
            """
            [profile base]
            aws_access_key_id = AKIABASE
            aws_secret_access_key = SECRET
            [profile first]
            role_arn = arn:aws:iam::123456789012:role/first
            source_profile = base
            [profile own]
            role_arn = arn:aws:iam::123456789012:role/second
            source_profile = first
            """
        );

        AssertListsAs("ASIAsecond ap-northeast-1");
        Assert.Equal(["role first AKIABASE", "role second ASIAfirst"], _aws.Calls);
    }

    [Fact]
    public void A_role_is_assumed_with_the_keys_of_the_container_where_the_profile_says_so()
    {
        WriteConfig(
            """
            [profile own]
            role_arn = arn:aws:iam::123456789012:role/reader
            credential_source = EcsContainer
            """
        );
        _environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = new Uri(_aws.Url, "container").AbsoluteUri;

        AssertListsAs("ASIAreader ap-northeast-1");
        Assert.Equal(["role reader ASIACONTAINER"], _aws.Calls);
    }

    [Fact]
    public void A_web_identity_s_token_gives_the_keys_without_a_signature()
    {
        _environment.Remove("AWS_PROFILE");
        _environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = WriteToken();
        _environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pod";
        _environment["AWS_REGION"] = "us-west-2";

        AssertListsAs("ASIApod us-west-2");
        Assert.Equal(["web pod "], _aws.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sso_session = corp")]
    public void A_person_who_has_signed_in_by_sso_has_the_keys_of_the_role(string session)
    {
        const string Portal = "https://corp.awsapps.com/start";
        string portal = $"sso_start_url = {Portal}\nsso_region = us-east-1\n";
        WriteConfig(
            $"""
            [sso-session corp]
            {portal}sso_registration_scopes = sso:account:access
            [profile own]
            sso_account_id = 123456789012
            sso_role_name = Reader
            {(session.Length > 0 ? session : portal)}
            """
        );
        SignIn(session.Length > 0 ? "corp" : Portal, Portal);

        AssertListsAs("ASIASSO ap-northeast-1");
        Assert.Equal(["sso TOKEN 123456789012 Reader "], _aws.Calls);
    }

    [Fact]
    public void Who_has_not_signed_in_by_sso_is_told_how()
    {
        WriteConfig(
            """
            [profile own]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = us-east-1
            sso_account_id = 123456789012
            sso_role_name = Reader
            """
        );

        ProgramRun run = Run();

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("aws sso login", run.Error, StringComparison.Ordinal);
        Assert.Empty(_aws.Listings);
    }

    [Theory]
    [InlineData("role", null, "sts.eu-central-1.amazonaws.com:443")]
    [InlineData("role", "legacy", "sts.eu-central-1.amazonaws.com:443")]
    [InlineData("role", "regional", "sts.eu-central-1.amazonaws.com:443")]
    [InlineData("web", null, "sts.eu-central-1.amazonaws.com:443")]
    [InlineData("web", "legacy", "sts.eu-central-1.amazonaws.com:443")]
    [InlineData("setting", null, "sts.cn-north-1.amazonaws.com.cn:443")]
    public async Task Sts_is_spoken_to_in_the_region_of_the_profile_or_the_settings(
        string chain,
        string? endpoints,
        string host
    )
    {
        await using var proxy = new ProxyStub();
        WriteConfig(RoleWithRegion);
        _environment.Remove("AWS_ENDPOINT_URL");
        _environment["HTTPS_PROXY"] = proxy.Url.AbsoluteUri;
        if (endpoints is not null)
        {
            _environment["AWS_STS_REGIONAL_ENDPOINTS"] = endpoints;
        }

        if (chain == "web")
        {
            _environment.Remove("AWS_PROFILE");
            _environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = WriteToken();
            _environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pod";
            _environment["AWS_REGION"] = "eu-central-1";
        }
        else if (chain == "setting")
        {
            _environment["CIS_REGION"] = "cn-north-1";
        }

        ProgramRun run = Run();

        Assert.NotEqual(0, run.ExitCode);
        Assert.Equal([host], proxy.Hosts.Distinct(StringComparer.Ordinal));
    }

    private string WriteToken()
    {
        string token = Path.Combine(_home.FullName, "token");
        File.WriteAllText(token, "eyJhbGciOiJub25lIn0.e30.");
        return token;
    }

    private void AssertListsAs(string keyAndRegion)
    {
        ProgramRun run = Run();
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([keyAndRegion], _aws.Listings.Distinct());
    }

    private ProgramRun Run() =>
        ProgramRun.Of(_environment, Repository.PackedFile(), "enqueue", "s3://bucket/", "--dry-run");

    private void WriteConfig(string text)
    {
        Directory.CreateDirectory(Path.Combine(_home.FullName, ".aws"));
        File.WriteAllText(Path.Combine(_home.FullName, ".aws", "config"), text);
    }

    // As the AWS CLI keeps it: a file named by the SHA-1 of the session's name, or of the portal's address.
    private void SignIn(string name, string portal)
    {
        string folder = Path.Combine(_home.FullName, ".aws", "sso", "cache");
        Directory.CreateDirectory(folder);
#pragma warning disable CA5350 // It is a name.
        string file = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(name)));
#pragma warning restore CA5350
        File.WriteAllText(
            Path.Combine(folder, file + ".json"),
            $$"""
            {"startUrl":"{{portal}}","region":"us-east-1","accessToken":"TOKEN",
            "expiresAt":"{{DateTimeOffset.UtcNow.AddHours(2):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}
            """
        );
    }
}

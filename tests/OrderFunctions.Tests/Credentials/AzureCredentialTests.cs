using Azure.Identity;
using Microsoft.Extensions.Configuration;
using OrderFunctions.App.Credentials;

namespace OrderFunctions.Tests.Credentials;

public sealed class AzureCredentialTests
{
    [Theory]
    [InlineData("WEBSITE_INSTANCE_ID", "4f1b")]
    [InlineData("IDENTITY_ENDPOINT", "http://169.254.129.4:8081/msi/token")]
    public void In_Azure_the_app_is_its_managed_identity(string name, string value) =>
        Assert.IsType<ManagedIdentityCredential>(AzureCredential.Create(Environment((name, value))));

    [Theory]
    [InlineData("WEBSITE_INSTANCE_ID", "")]
    [InlineData("WEBSITE_HOSTNAME", "localhost:7071")]
    [InlineData("AZURE_FUNCTIONS_ENVIRONMENT", "Development")]
    [InlineData("AZURE_CLIENT_ID", "5f0e7c1a-1111-4222-8333-944455566677")]
    public void On_a_developers_machine_it_is_whoever_is_signed_in_there(string name, string value) =>
        Assert.IsType<DefaultAzureCredential>(AzureCredential.Create(Environment((name, value))));

    [Theory]
    [InlineData("5f0e7c1a-1111-4222-8333-944455566677", "ClientId 5f0e7c1a-1111-4222-8333-944455566677")]
    [InlineData("", "SystemAssigned")]
    [InlineData(null, "SystemAssigned")]
    public void A_client_id_names_the_user_assigned_identity_and_none_the_system_assigned_one(
        string? clientId,
        string expected
    ) => Assert.Equal(expected, AzureCredential.Identity(Environment(("AZURE_CLIENT_ID", clientId))).ToString());

    private static IConfiguration Environment(params (string Name, string? Value)[] variables) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(variables.ToDictionary(variable => variable.Name, variable => variable.Value))
            .Build();
}

using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Functions;
using OrderFunctions.Settings;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<ExceptionMiddleware>();

// One for Service Bus, tables, vault and telemetry: it caches its tokens.
var credential = AzureCredential.Create(builder.Configuration);
builder.Services.AddSingleton(credential);
builder.AddTelemetry(credential);
try
{
    builder.Services.AddFunctionsApp(builder.Configuration);
}
catch (SettingsException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}

using var host = builder.Build();
var providers = host.Services.GetRequiredService<ProviderChannels>().All.Select(channel => channel.Provider).ToList();
Console.WriteLine(AttemptBudget.Table(providers));
if (AttemptBudget.Warning(providers) is { } warning)
{
    await Console.Error.WriteLineAsync(warning);
}

await host.RunAsync();
return 0;

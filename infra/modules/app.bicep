// The function app on the Flex Consumption plan: every function scales for itself, to zero when idle.
param location string
param tags object
param token string
param identityId string
param identityClientId string
param storageAccountName string
param packageContainerUrl string
param tableServiceUri string
param serviceBusHost string
param keyVaultUri string
param appInsightsConnectionString string

@allowed([512, 2048, 4096])
param instanceMemoryMB int

@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@minValue(0)
param alwaysReadyHttpInstances int

param redirectAllowedHosts array
param shopifyShops array
param wooCommerceShops array
param settings object

var appSettings = {
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  // The host would write its diagnostic events, which are in its log as well, to tables of its own, and needs the right
  // to create and delete any table of the account for it. The app may touch the ledger's alone.
  AzureWebJobsFeatureFlags: 'DisableDiagnosticEventLogging'
  APPLICATIONINSIGHTS_CONNECTION_STRING: appInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  Ledger__tableServiceUri: tableServiceUri
  KeyVault__Uri: keyVaultUri
}

var hostSettings = toObject(
  range(0, length(redirectAllowedHosts)),
  i => 'Redirect__AllowedHosts__${i}',
  i => redirectAllowedHosts[i]
)

var shopifySettings = toObject(
  range(0, length(shopifyShops)),
  i => 'Webhooks__Shopify__Shops__${i}',
  i => shopifyShops[i]
)

// A name, or name=https://shop.example.
var wooCommerceSettings = toObject(
  range(0, length(wooCommerceShops)),
  i => 'Webhooks__WooCommerce__Shops__${i}',
  i => split(wooCommerceShops[i], '=')[0]
)

var wooCommerceApis = filter(wooCommerceShops, shop => contains(shop, '='))
var wooCommerceApiSettings = toObject(
  range(0, length(wooCommerceApis)),
  i => 'Webhooks__WooCommerce__ShopApiUrls__${i}',
  i => wooCommerceApis[i]
)

var shopSettings = toObject(
  filter(items(settings), setting => !empty(setting.value)),
  setting => setting.key,
  setting => setting.value
)

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-${token}'
  location: location
  // By this tag azd finds where to deploy the service `app` of azure.yaml.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttpInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttpInstances }]
      }
    }
  }
}

resource appSettingsConfig 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    appSettings,
    hostSettings,
    shopifySettings,
    wooCommerceSettings,
    wooCommerceApiSettings,
    shopSettings
  )
}

// Deployments come in by Entra identity; nobody needs a user name and password.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'

// Everything OrderFunctions needs in Azure, in one resource group. One file in modules/ per subject; each gives the
// app the rights on what it creates, so that a right stands beside the thing it is for.
targetScope = 'subscription'

@description('The azd environment: names the resource group and, by a hash, everything in it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('A region that has the Flex Consumption plan; `az functionapp list-flexconsumption-locations` knows new ones.')
@metadata({ azd: { type: 'location' } })
@allowed([
  'australiaeast'
  'australiasoutheast'
  'brazilsouth'
  'canadacentral'
  'centralindia'
  'centralus'
  'eastasia'
  'eastus'
  'eastus2'
  'francecentral'
  'germanywestcentral'
  'italynorth'
  'japaneast'
  'koreacentral'
  'northcentralus'
  'northeurope'
  'norwayeast'
  'southafricanorth'
  'southcentralus'
  'southeastasia'
  'southindia'
  'spaincentral'
  'swedencentral'
  'uaenorth'
  'uksouth'
  'ukwest'
  'westcentralus'
  'westeurope'
  'westus'
  'westus2'
  'westus3'
])
param location string

@description('Who gets the alerts.')
param alertEmail string

@description('Who deploys; a person gets the right to set secrets, a pipeline does not. Empty: nobody.')
param principalId string = ''

@allowed(['User', 'ServicePrincipal', 'Group'])
param principalType string = 'User'

@description('The ERP\'s identity (object id): gets the right to send to orders-inbound. Empty: no ERP.')
param erpPrincipalId string = ''

@allowed(['User', 'ServicePrincipal', 'Group'])
param erpPrincipalType string = 'ServicePrincipal'

@description('Premium when Standard\'s 1,000 credits a second are not enough. A namespace can\'t change its tier in place.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('How the ledger is kept: in one datacentre (LRS), or in three where the region has them (ZRS, GZRS).')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Megabytes per instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances of each function. Most regions refuse fewer than 40.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances for the HTTP routes that are always on: 0 costs nothing while idle, 1 spares the shop cold starts.')
@minValue(0)
param alwaysReadyHttpInstances int = 0

@description('Messages that a queue may hold all the time before it alerts; above 0 for shops whose queues are never empty.')
@minValue(0)
param backlogAlertMessages int = 0

@description('Where your people read docs/runbook.md (its address in your repository or wiki): the alerts link to it.')
param runbook string = 'docs/runbook.md'

@description('Hosts that /retrack may redirect to, separated by commas.')
param redirectAllowedHosts string = ''

@description('Names of further Shopify shops, separated by commas.')
param shopifyShops string = ''

@description('Names of further WooCommerce shops, separated by commas; name=https://shop.example where its REST API may be asked.')
param wooCommerceShops string = ''

@description('The shop\'s own settings, under the names in docs/operating.md (Providers__Duel__Enabled, ...). Empty ones are left out.')
param settings object = {}

var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }
var furtherShopifyShops = filter(map(split(shopifyShops, ','), shop => trim(shop)), shop => !empty(shop))
var furtherWooCommerceShops = filter(map(split(wooCommerceShops, ','), shop => trim(shop)), shop => !empty(shop))
var hosts = filter(map(split(redirectAllowedHosts, ','), host => trim(host)), host => !empty(host))

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token, appPrincipalId: identity.outputs.principalId }
}

module bus 'modules/servicebus.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    sku: serviceBusSku
    appPrincipalId: identity.outputs.principalId
    erpPrincipalId: erpPrincipalId
    erpPrincipalType: erpPrincipalType
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    sku: storageSku
    appPrincipalId: identity.outputs.principalId
  }
}

module vault 'modules/keyvault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    workspaceId: monitoring.outputs.workspaceId
    appPrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.accountName
    packageContainerUrl: storage.outputs.packageContainerUrl
    tableServiceUri: storage.outputs.tableServiceUri
    serviceBusHost: bus.outputs.host
    keyVaultUri: vault.outputs.uri
    appInsightsConnectionString: monitoring.outputs.connectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    redirectAllowedHosts: hosts
    shopifyShops: furtherShopifyShops
    wooCommerceShops: furtherWooCommerceShops
    settings: settings
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    email: alertEmail
    namespaceId: bus.outputs.id
    appInsightsId: monitoring.outputs.appInsightsId
    topicName: bus.outputs.topicName
    retryQueueName: bus.outputs.retryQueueName
    queueNames: bus.outputs.queueNames
    backlogMessages: backlogAlertMessages
    runbook: runbook
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    namespaceId: bus.outputs.id
    appInsightsId: monitoring.outputs.appInsightsId
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = app.outputs.name
output FUNCTION_APP_URL string = app.outputs.url
output KEY_VAULT_NAME string = vault.outputs.name
output SERVICEBUS_HOST string = bus.outputs.host

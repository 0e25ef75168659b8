// The bus. Names and figures agree with src/OrderFunctions.Core/Bus/Entities.cs and emulator/Config.json.
// An entity that forwards can only be created after the one it forwards to: orders-retry, then the other queues, then
// the topic's subscriptions.
param location string
param tags object
param token string

@allowed(['Standard', 'Premium'])
param sku string

param appPrincipalId string
param erpPrincipalId string

@allowed(['User', 'ServicePrincipal', 'Group'])
param erpPrincipalType string

var topicName = 'order-events'
var retryQueueName = 'orders-retry'
var inboundQueueName = 'orders-inbound'
var providers = ['duel', 'avantlink', 'retrack', 'katalys']
var readQueueNames = concat([inboundQueueName], map(providers, provider => 'orders-${provider}'))

var lockDuration = 'PT5M'
var timeToLive = 'P14D'
var duplicateWindow = 'P7D'
var maxDeliveryCount = 10
// As large as Standard allows: a full queue refuses messages.
var maxSizeInMegabytes = 5120

var dataOwner = '090c5cfd-751d-490a-894a-3ce6f1109419'
var dataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'sb-${token}'
  location: location
  tags: tags
  sku: sku == 'Premium' ? { name: sku, tier: sku, capacity: 1 } : { name: sku, tier: sku }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

// The inbox of everything that failed. Its own dead letters are the parked deliveries: they wait for a person, so they
// are forwarded nowhere.
resource retryQueue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: retryQueueName
  properties: {
    lockDuration: lockDuration
    maxDeliveryCount: maxDeliveryCount
    defaultMessageTimeToLive: timeToLive
    deadLetteringOnMessageExpiration: true
    maxSizeInMegabytes: maxSizeInMegabytes
  }
}

// No duplicate detection here: it would silently swallow scheduled retries.
resource readQueues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for name in readQueueNames: {
    parent: namespace
    name: name
    properties: {
      lockDuration: lockDuration
      maxDeliveryCount: maxDeliveryCount
      defaultMessageTimeToLive: timeToLive
      deadLetteringOnMessageExpiration: true
      forwardDeadLetteredMessagesTo: retryQueue.name
      maxSizeInMegabytes: maxSizeInMegabytes
    }
  }
]

resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: topicName
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: duplicateWindow
    defaultMessageTimeToLive: timeToLive
    maxSizeInMegabytes: maxSizeInMegabytes
  }
}

// Named after the provider. What can't be forwarded to its queue (full, disabled, a filter that fails) goes where every
// dead letter goes: to orders-retry. orders-retry knows it by its source, order-events/Subscriptions/<provider>.
resource subscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for provider in providers: {
    parent: topic
    name: provider
    properties: {
      forwardTo: 'orders-${provider}'
      forwardDeadLetteredMessagesTo: retryQueue.name
      deadLetteringOnFilterEvaluationExceptions: true
      deadLetteringOnMessageExpiration: true
      defaultMessageTimeToLive: timeToLive
      lockDuration: lockDuration
      maxDeliveryCount: maxDeliveryCount
    }
    dependsOn: [readQueues]
  }
]

// Every event goes to every provider's queue: whom it is for is a rule of the delivery, since the ledger remembers what
// each event said. The rule is named so that it replaces the filter that older deployments have under this name.
resource rules 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for (_, i) in providers: {
    parent: subscriptions[i]
    name: '$Default'
    properties: {
      filterType: 'SqlFilter'
      sqlFilter: { sqlExpression: '1=1' }
    }
  }
]

resource appPublishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(topic.id, appPrincipalId, dataSender)
  scope: topic
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Owner of its own queues and of nothing else. Receiver and Sender would do for the app, not for its scaler: without
// the queue's counts it looks at the first few messages, and where those are scheduled retries it sees no work.
resource appOwnsRetryQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(retryQueue.id, appPrincipalId, dataOwner)
  scope: retryQueue
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataOwner)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appOwnsReadQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in readQueueNames: {
    name: guid(readQueues[i].id, appPrincipalId, dataOwner)
    scope: readQueues[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataOwner)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource erpSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(erpPrincipalId)) {
  name: guid(namespace.id, inboundQueueName, erpPrincipalId, dataSender)
  scope: readQueues[0]
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
    principalId: erpPrincipalId
    principalType: erpPrincipalType
  }
}

output id string = namespace.id
output host string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]
output topicName string = topicName
output retryQueueName string = retryQueueName
output queueNames array = concat(readQueueNames, [retryQueueName])

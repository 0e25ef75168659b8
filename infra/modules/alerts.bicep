// What a person must hear of. Each alert mends itself when its cause is gone.
param location string
param tags object
param token string
param email string
param namespaceId string
param appInsightsId string
param topicName string
param retryQueueName string
param queueNames array

@description('Where docs/runbook.md can be read.')
param runbook string

@minValue(0)
param backlogMessages int

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'orders'
    enabled: true
    emailReceivers: [{ name: 'email', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// Service Bus has no metric for a message's age. A queue that was not empty once in half an hour stands for it: either
// nobody fetches, or not fast enough. Scheduled retries are not counted as active.
var busAlerts = [
  {
    name: 'parked'
    section: 'deliveryparked'
    text: 'Deliveries are parked: no retry will mend them. GET /api/parked says why, POST /api/parked/replay sends them back.'
    severity: 1
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    above: 0
    window: 'PT5M'
    entities: [retryQueueName]
  }
  {
    name: 'dead-letters-stuck'
    section: 'dead-letters-stuck'
    text: 'Dead letters of a subscription or queue do not reach ${retryQueueName}: is it full or disabled?'
    severity: 1
    metric: 'DeadletteredMessages'
    aggregation: 'Minimum'
    above: 0
    window: 'PT15M'
    entities: concat([topicName], filter(queueNames, name => name != retryQueueName))
  }
  {
    name: 'backlog'
    section: 'backlog'
    text: 'Messages have been waiting in a queue for half an hour. Does the app run, and does it keep up?'
    severity: 2
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    above: backlogMessages
    window: 'PT30M'
    entities: queueNames
  }
  {
    name: 'throttled'
    section: 'throttled'
    text: 'Service Bus throttles. Nothing is lost, it only takes longer; if it goes on, Premium is due.'
    severity: 3
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    above: 0
    window: 'PT15M'
    entities: concat([topicName], queueNames)
  }
]

resource busAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in busAlerts: {
    name: 'alert-${alert.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: '${alert.text} What to do: ${runbook}#${alert.section}'
      severity: alert.severity
      enabled: true
      scopes: [namespaceId]
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.above
            dimensions: [{ name: 'EntityName', operator: 'Include', values: alert.entities }]
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]

// By the first word of the log line (src/OrderFunctions.Core/Diagnostics/OperatorEvents.cs): it is the same whether the
// exporter sends the line filled in or as its template.
var logAlerts = [
  {
    name: 'credential-rejected'
    section: 'credentialrejected'
    text: 'A provider refuses our credentials, freshly fetched. Set the secret in Key Vault; the retries then go through.'
    severity: 1
    event: 'credential.rejected'
  }
  {
    name: 'circuit-open'
    section: 'circuitopened'
    text: 'A provider fails too often; calls to it pause and are retried.'
    severity: 2
    event: 'circuit.opened'
  }
  {
    // They are forwarded at once, so no count stays for a metric to see.
    name: 'subscription-dead-letter'
    section: 'dead-letters-stuck'
    text: 'An event did not get from the topic to a provider\'s queue: is the queue full or disabled? It is retried.'
    severity: 2
    event: 'subscription.dead-lettered'
  }
]

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: 'alert-${alert.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'OrderFunctions: ${alert.name}'
      description: '${alert.text} What to do: ${runbook}#${alert.section}'
      severity: alert.severity
      enabled: true
      scopes: [appInsightsId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      // At the first deployment nothing has been logged, so there is no table yet to check the query against.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: 'traces | where message startswith "${alert.event} "'
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

// What the people on call look at first: the same metrics and log lines as docs/runbook.md and the alerts.
param location string
param tags object
param namespaceId string
param appInsightsId string

var content = replace(
  replace(loadTextContent('../workbook.json'), '{appInsightsId}', appInsightsId),
  '{namespaceId}',
  namespaceId
)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(appInsightsId, 'orderfunctions')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'OrderFunctions'
    category: 'workbook'
    sourceId: appInsightsId
    version: '1.0'
    serializedData: content
  }
}

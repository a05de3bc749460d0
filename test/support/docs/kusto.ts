/**
 * Columns of the tables of Azure Monitor that the docs ask.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/ahdsdicomauditlogs
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/ahdsdicomdiagnosticlogs
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappconsolelogs
 */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  StorageBlobLogs: [
    ...[
      'TimeGenerated',
      'AccountName',
      'AuthenticationType',
      'CallerIpAddress',
      'Category',
      'ClientRequestId',
    ],
    ...['CorrelationId', 'DurationMs', 'ObjectKey', 'OperationName', 'RequesterObjectId', 'StatusCode'],
    ...['StatusText', 'Uri', 'UserAgentHeader', '_ResourceId'],
  ],
  AHDSDicomAuditLogs: [
    ...['TimeGenerated', 'CorrelationId', 'Identity', 'Level', 'OperationName', 'ResultType', 'StatusCode'],
    ...['Uri', '_ResourceId'],
  ],
  AHDSDicomDiagnosticLogs: [
    ...['TimeGenerated', 'CorrelationId', 'Location', 'LogLevel', 'Message', 'OperationName', 'Properties'],
    '_ResourceId',
  ],
  ContainerAppConsoleLogs: [
    ...[
      'TimeGenerated',
      'ContainerAppName',
      'ContainerName',
      'ContainerGroupName',
      'JobName',
      'Log',
      'Stream',
    ],
    '_ResourceId',
  ],
};

const OPERATORS = ['where', 'project', 'extend', 'summarize', 'order', 'sort', 'top', 'take', 'count'];

/** What is wrong with a query of Kusto: its table, its operators, its columns, its brackets. */
export function kustoProblems(query: string): readonly string[] {
  const code = query.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""').replaceAll(/\/\/.*$/gm, '');
  const [table = '', ...steps] = code.split('|').map((part) => part.trim());
  const columns = TABLES[table];
  if (columns === undefined)
    return [
      `there is no table '${table}' in test/support/docs/kusto.ts; known are ${Object.keys(TABLES).join(', ')}`,
    ];
  const operators = steps.map((step) => step.split(/\s/)[0] ?? '');
  const made = Array.from(code.matchAll(/\b([A-Za-z]\w*)\s*=(?![=~])/g), ([, name]) => name ?? '');
  const named = code.slice(table.length).match(/\b_?[A-Z]\w*\b(?!\s*\()/g) ?? [];
  return [
    ...operators.filter((name) => !OPERATORS.includes(name)).map((name) => `there is no operator '${name}'`),
    ...[...new Set(named)]
      .filter((name) => !columns.includes(name) && !made.includes(name))
      .map((name) => `${table} has no column '${name}' in test/support/docs/kusto.ts`),
    ...(count(code, '(') === count(code, ')') ? [] : ['its brackets do not match']),
  ];
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

// What a script of an administrator does with Microsoft Graph's own client, asked of assay.
//
// usage: node graph.mjs ORIGIN VERSION < TOKENS
// The first token asks, the second asks too often.
// Prints each step as a line of JSON: what it is called and what came of it.
import { readFileSync } from 'node:fs';
import { Client, GraphError, PageIterator, RetryHandlerOptions } from '@microsoft/microsoft-graph-client';

const [origin, version] = process.argv.slice(2);
const [client, hasty] = readFileSync(0, 'utf8').trim().split('\n').map((token) => Client.initWithMiddleware({
  baseUrl: `${origin}/graph/`,
  defaultVersion: version,
  customHosts: new Set([new URL(origin).hostname]),
  authProvider: { getAccessToken: async () => token },
}));
const devices = '/deviceManagement/managedDevices';
const registrations = '/deviceManagement/windowsAutopilotDeviceIdentities';
const filters = '/deviceManagement/assignmentFilters';
const restrictions = '/deviceManagement/deviceEnrollmentConfigurations';

async function step(name, what) {
  let result;
  try {
    result = await what();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    result = { status: error.statusCode, code: error.code, body: JSON.parse(error.body), requestId: error.requestId };
  }
  console.log(JSON.stringify({ step: name, result: result === undefined ? null : result }));
  return result;
}

const names = (page) => page.value.map((row) => row.deviceName);
const serials = (page) => page.value.map((row) => row.serialNumber);

await step('list', async () => names(await client.api(devices).get()));
await step('orderby', async () => names(await client.api(devices).orderby('deviceName desc').get()));
await step('filter', async () => names(await client.api(devices)
  .filter("isTpmAttested eq false and startswith(deviceName,'gu')").get()));
await step('words', async () => names(await client.api(devices).filter("deviceName in ('laptop','it''s none')").get()));
await step('select', async () => (await client.api(devices).select(['id', 'deviceName']).top(1).get()).value[0]);
await step('count', async () => (await client.api(devices).count(true).top(1).get())['@odata.count']);
await step('search', async () => names(await client.api(devices).search('"LAPT"').get()));
const all = await step('pages', async () => {
  const seen = [];
  const first = await client.api(registrations).top(7).orderby('serialNumber desc').get();
  await new PageIterator(client, first, (row) => seen.push(row.serialNumber) > 0).iterate();
  return seen;
});
await step('times', async () => serials(await client.api(registrations)
  .filter(`lastContactedDateTime lt ${new Date().toISOString()} or lastContactedDateTime eq null`).top(1).get()));
await step('mistake', () => client.api(devices).filter("deviceName eq 'a' nor model eq 'b'").get());
await step('unknown', () => client.api(devices).select('nobody').get());
await step('nothing', () => client.api(`${devices}/00000000-0000-0000-0000-000000000000`).get());
const made = await step('post', () => client.api(filters).post({ displayName: 'Shop', rule: '(device.groupTag -eq "shop")' }));
await step('patch', () => client.api(`${filters}/${made.id}`).patch({ displayName: 'Shops' }));
const changed = { displayName: 'Shops only' };
const versionOf = async () => (await client.api(`${filters}/${made.id}`).get())['@odata.etag'];
const before = await step('version', versionOf);
await step('changed', () => client.api(`${filters}/${made.id}`).header('If-Match', before).patch(changed));
await step('overtaken', () => client.api(`${filters}/${made.id}`).header('If-Match', before).patch({ displayName: 'Mine' }));
await step('unversioned', () => client.api(`${filters}/validateFilter`).header('If-Match', before)
  .post({ rule: '(device.groupTag -eq "x")' }));
await step('unmodified', async () => (await client.api(`${filters}/${made.id}`).header('If-None-Match', await versionOf())
  .responseType('raw').get()).status);
await step('modified', async () => (await client.api(`${filters}/${made.id}`).header('If-None-Match', before)
  .responseType('raw').get()).status);
await step('get', () => client.api(`${filters}('${made.id}')`).get());
await step('delete', () => client.api(`${filters}/${made.id}`).delete());
await step('gone', () => client.api(`${filters}/${made.id}`).get());
const [first] = (await client.api(registrations).filter(`serialNumber eq '${all[0]}'`).get()).value;
await step('action', () => client.api(`${registrations}/${first.id}/allowNextEnrollment`).post({}));
const named = (page) => page.value.map((row) => row.displayName);
for (const displayName of ['First', 'Second'])
  await client.api(restrictions).post({ displayName, action: 'block', groupTags: 'kiosk' });
await step('restrictions', async () => named(await client.api(restrictions).get()));
await step('restrictions of', async () => named(await client.api(restrictions).filter("isDefault eq false and action eq 'block'")
  .orderby('priority desc').select('displayName').get()));
await step('restrictions in pages', async () => {
  const seen = [];
  const page = await client.api(restrictions).top(1).count(true).search('kiosk').get();
  await new PageIterator(client, page, (row) => seen.push(row.displayName) > 0).iterate();
  return [page['@odata.count'], seen];
});
const policies = '/deviceManagement/deviceCompliancePolicies';
await step('policies', async () => (await client.api(policies).filter("isDefault eq true and enforcement eq 'hold'")
  .select(['isDefault', 'enforcement']).get()).value.map(({ id, ...row }) => row));
await step('passed over', () => client.api('/deviceManagement/reports/exportJobs').filter("reportName eq 'x'").get());
const [guest] = (await client.api(devices).filter("deviceName eq 'guest'").get()).value;
await step('retire', () => client.api(`${devices}/${guest.id}/retire`).post(null));
await step('retired', async () => names(await client.api(devices).filter("managementState eq 'retired'").get()));
await step('audit', async () => (await client.api('/deviceManagement/auditEvents')
  .filter(`resources/resourceId eq '${guest.id.replaceAll('-', '')}'`).orderby('activityDateTime desc').get())
  .value.map((row) => row.activityType));

// Beneath all that the client does by itself: what it was really answered.
const answers = [];
const plain = globalThis.fetch;
globalThis.fetch = async (...asked) => {
  const answer = await plain(...asked);
  answers.push([answer.status, answer.headers.get('Retry-After')]);
  return answer;
};
const ask = (options) => hasty.api(devices).top(1).middlewareOptions(options).get();
const MOST = 1000;
await step('hasty', async () => {
  for (let n = 0; n < MOST; n++) await ask([new RetryHandlerOptions(undefined, 0)]);
});
await step('patient', async () => {
  answers.length = 0;
  while (answers.length < MOST && !answers.some(([status]) => status === 429)) await ask([]);
  return answers;
});

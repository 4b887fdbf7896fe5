// Lists groups, pages testers, reads one and adds one with the client named first; prints what it saw as JSON. The clients speak to
// Apple's address: only fetch leads elsewhere, as a host file would. The key comes on standard input and stays in memory.
//   node walk.mjs <client> <simulator> <app id> <group id> <new address>
import { text } from 'node:stream/consumers';

const [client, simulator, app, group, address] = process.argv.slice(2);
const key = JSON.parse(await text(process.stdin));
const apple = 'https://api.appstoreconnect.apple.com';
const real = globalThis.fetch;
const calls = [];
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  if (!request.url.startsWith(`${apple}/`)) throw new Error(`${client} called ${request.url}`);
  calls.push(`${request.method} ${request.url.slice(apple.length)}`);
  return real(new Request(simulator + request.url.slice(apple.length), {
    method: request.method, headers: request.headers, body: request.body ? await request.text() : undefined,
  }));
};
const tester = { attributes: { email: address, firstName: 'Ada', lastName: 'Example' }, relationships: { betaGroups: { data: [{ type: 'betaGroups', id: group }] } } };

const walks = {
  async 'node-app-store-connect-api'() {
    const { api } = await import('node-app-store-connect-api');
    const { read, readAll, create } = await api({ issuerId: key.issuerId, apiKey: key.keyId, privateKey: key.p8 });
    const groups = await readAll(`betaGroups?filter[app]=${app}&include=app`);
    const testers = await readAll(`betaGroups/${group}/betaTesters`);
    const one = await read(`betaTesters/${testers.data[0].id}?include=apps`);
    const added = await create({ type: 'betaTesters', ...tester });
    return { groups: groups.data.length, included: Object.keys(groups.included), testers: testers.data.map(t => t.id), read: one.data.id, added: added.id };
  },
  async '@rage-against-the-pixel/app-store-connect-api'() {
    const { AppStoreConnectClient } = (await import('@rage-against-the-pixel/app-store-connect-api')).default;
    const { api } = new AppStoreConnectClient({ issuerId: key.issuerId, privateKeyId: key.keyId, privateKey: key.p8 });
    const need = ({ data, error }) => { if (error) throw new Error(JSON.stringify(error)); return data; };
    const groups = need(await api.BetaGroups.betaGroupsGetCollection({ query: { 'filter[app]': [app], include: ['app'] } }));
    const testers = [];
    for (let cursor; ;) {
      const page = need(await api.BetaGroups.betaGroupsBetaTestersGetToManyRelated({ path: { id: group }, query: { limit: 50, ...(cursor && { cursor }) } }));
      testers.push(...page.data);
      if (!page.links.next) break;
      cursor = new URL(page.links.next).searchParams.get('cursor');
    }
    const one = need(await api.BetaTesters.betaTestersGetInstance({ path: { id: testers[0].id }, query: { include: ['apps'] } }));
    const added = need(await api.BetaTesters.betaTestersCreateInstance({ body: { data: { type: 'betaTesters', ...tester } } }));
    return { groups: groups.data.length, included: [...new Set(groups.included.map(i => i.type))], testers: testers.map(t => t.id), read: one.data.id, added: added.data.id };
  },
};
console.log(JSON.stringify({ ...(await walks[client]()), calls }));

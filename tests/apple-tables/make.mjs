// Writes the tables the simulator answers by (parameters, includes, sorts, fields, enumerations, request bodies) from Apple's
// OpenAPI document. Run it when Apple publishes another version, and look at the difference before committing it:
//   node tests/apple-tables/make.mjs <asc-openapi-testflight.json>
// The contract test compares the result with the document, reading it by other code.
import { readFileSync, writeFileSync } from 'node:fs';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const schemas = document.components.schemas;
const deref = schema => (schema?.$ref ? schemas[schema.$ref.split('/').pop()] : schema);
const methods = ['get', 'post', 'patch', 'delete'];

/** A list of words for an enumeration, otherwise the type with its format. */
function kind(schema) {
  schema = deref(schema);
  if (schema.enum) return schema.enum;
  if (schema.type === 'array') return { each: kind(schema.items) };
  return schema.format ? `${schema.type} ${schema.format}` : schema.type ?? 'object';
}

function linkage(schema) {
  const data = deref(schema)?.properties?.data;
  if (!data) return { many: true, target: null };
  const many = deref(data).type === 'array';
  const item = many ? deref(deref(data).items) : deref(data);
  return { many, target: item.properties.type.enum[0] };
}

/** What a relationship leads to where the resource itself shows only links: as the path to it answers. */
function answered(path) {
  const content = document.paths[path]?.get?.responses['200']?.content ?? {};
  const data = deref(deref(Object.values(content)[0]?.schema)?.properties?.data);
  if (!data) return { many: true, target: null };
  const item = deref(data.items ?? data);
  return { many: data.type === 'array', target: item.properties?.type?.enum?.[0] ?? null };
}

function resource(schema) {
  const type = schema.properties.type.enum[0];
  const attributes = Object.fromEntries(Object.entries(deref(schema.properties.attributes)?.properties ?? {}).map(([name, s]) => [name, kind(s)]));
  const relationships = Object.fromEntries(Object.entries(deref(schema.properties.relationships)?.properties ?? {}).map(([name, s]) => {
    const path = `/v1/${type}/{id}`;
    return [name, { ...(deref(s)?.properties?.data ? linkage(s) : answered(`${path}/${name}`)), self: `${path}/relationships/${name}` in document.paths, related: 'get' in (document.paths[`${path}/${name}`] ?? {}) }];
  }));
  return [type, { attributes, relationships }];
}

function parameters(list) {
  const table = {};
  for (const parameter of list.filter(p => p.in === 'query')) {
    const [, word, subject] = /^(\w+)(?:\[(.+)\])?$/.exec(parameter.name) ?? [null, parameter.name];
    const items = deref(parameter.schema.items ?? parameter.schema);
    if (word === 'sort' || word === 'include') table[word] = items.enum;
    else if (word === 'limit') (table.limit ??= {})[subject ?? ''] = parameter.schema.maximum ?? null;
    else if (word === 'fields') (table.fields ??= []).push(subject);
    else if (word === 'filter') (table.filter ??= {})[subject] = items.enum ?? [];
    else if (word === 'exists') (table.exists ??= []).push(subject);
    else (table.other ??= {})[parameter.name] = items.enum ?? [];
    if (parameter.required) (table.required ??= []).push(parameter.name);
  }
  return table;
}

function body(operation) {
  const schema = deref(operation.requestBody?.content?.['application/json']?.schema);
  if (!schema) return undefined;
  const data = deref(schema.properties.data);
  if (data.type === 'array') return { type: deref(data.items).properties.type.enum[0], many: true };
  const attributes = deref(data.properties.attributes);
  const relationships = deref(data.properties.relationships);
  return {
    type: data.properties.type.enum[0],
    many: false,
    id: 'id' in data.properties,
    attributes: Object.fromEntries(Object.entries(attributes?.properties ?? {}).map(([name, s]) => [name, { is: kind(s), required: attributes.required?.includes(name) ?? false, nullable: deref(s).nullable ?? s.nullable ?? false }])),
    relationships: Object.fromEntries(Object.entries(relationships?.properties ?? {}).map(([name, s]) => [name, { ...linkage(s), required: relationships.required?.includes(name) ?? false }])),
  };
}

const operations = {};
const fields = {};
for (const [path, item] of Object.entries(document.paths)) {
  for (const method of methods.filter(m => m in item)) {
    const list = [...(item.parameters ?? []), ...(item[method].parameters ?? [])];
    const request = body(item[method]);
    operations[`${method.toUpperCase()} ${path}`] = { ...parameters(list), ...(request && { body: request }) };
    for (const parameter of list.filter(p => p.name.startsWith('fields['))) {
      const [type, words] = [parameter.name.slice(7, -1), deref(parameter.schema.items).enum ?? []];
      fields[type] ??= words;
      // Apple has two versions of one type: the first operation's fields stand for all, others keep their own.
      if (fields[type].join() !== words.join()) (operations[`${method.toUpperCase()} ${path}`].ownFields ??= {})[type] = words;
    }
  }
}
// Events have no path of their own: they come included with deliveries.
const ofPaths = new Set([...Object.keys(document.paths).map(path => path.split('/')[2]), 'webhookEvents']);
const types = Object.fromEntries(Object.values(schemas).filter(s => s.properties?.type?.enum?.length === 1 && s.properties.id && ofPaths.has(s.properties.type.enum[0]) && !s.title?.endsWith('InlineCreate')).map(resource).sort(([a], [b]) => (a < b ? -1 : 1)));
const source = `Apple, App Store Connect API ${document.info.version} (OpenAPI document), TestFlight part`;
const lines = Object.entries({ types, fields, operations }).map(([name, table]) =>
  `  "${name}": {\n${Object.entries(table).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n  }`);
const target = new URL('../../src/Portal.Simulator/AppStoreConnect/Documents/operations.json', import.meta.url);
writeFileSync(target, `{\n  "source": ${JSON.stringify(source)},\n${lines.join(',\n')}\n}\n`);
console.log(`${Object.keys(types).length} types, ${Object.keys(operations).length} operations`);

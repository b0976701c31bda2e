import { bodyBytes, filled, filledWith, type Shape } from './shape.js';

/** Room for what is around a document. */
const bytes = bodyBytes - 500;

const times = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index)).join(' ');
const call = (input: string) => `mutation { startOutboundVoiceContact(input: ${input}) { id } }`;
const least = 'destinationPhoneNumber: "1", contactFlowId: ""';

/** Documents that are refused, each as near to its limit as may be. */
function documents(): ReadonlyMap<string, string> {
  const long = (less: number) => 'a'.repeat(bytes - less);
  return new Map<string, string>([
    // Two bytes of JSON for each line break.
    ['line breaks, then a mistake', `${'\n'.repeat(bytes / 2 - 100)}{ nothing }`],
    ['line breaks, then no end', `${'\n'.repeat(bytes / 2 - 100)}{ __typename`],
    ['line breaks, then many mistakes', `${'\n'.repeat(bytes / 2 - 7_000)}{ ${times(900, (i) => `n${i}`)} }`],
    [
      'line breaks, then many conflicts',
      `${'\n'.repeat(bytes / 2 - 7_000)}{ ${times(240, (i) => `a: contact(id: "${i}")`)} }`,
    ],
    ['line breaks between many conflicts', `{ ${times(160, (i) => `${'\n'.repeat(700)}a: contact(id: "${i}")`)} }`],
    [
      'line breaks between unused fragments',
      times(140, (i) => `${'\n'.repeat(700)}fragment F${i} on Query { __typename }`),
    ],
    [
      'line breaks within fragments in a circle',
      times(160, (i) => `${'\n'.repeat(700)}fragment F${i} on Query { ...F${(i + 1) % 160} }`) + '{...F0}',
    ],
    ['carriage returns, then many mistakes', `${'\r'.repeat(bytes / 2 - 7_000)}{ ${times(900, (i) => `n${i}`)} }`],
    ['comments, then a mistake', `${'#\n'.repeat(bytes / 3 - 100)}{ nothing }`],
    ['comments, then no end', `${'#\n'.repeat(bytes / 3 - 100)}{ __typename`],
    ['comments, then many mistakes', `${'#\n'.repeat(bytes / 3 - 5_000)}{ ${times(900, (i) => `n${i}`)} }`],
    ['blanks', `${' '.repeat(bytes - 100)}{ nothing }`],
    ['commas', `{ ${','.repeat(bytes - 100)} nothing }`],
    ['a long name of an unknown field', `{ ${long(100)} }`],
    ['a long name of an unknown argument', `{ contact(id: "1", ${long(100)}: 1) { id } }`],
    ['a long name of an unknown type', `query($v: ${long(100)}) { contact(id: $v) { id } }`],
    ['a long name of an unknown fragment', `{ ...${long(100)} }`],
    ['a long name of an unknown directive', `{ __typename @${long(100)} }`],
    ['a long name of an unknown variable', `{ contact(id: $${long(100)}) { id } }`],
    ['a long enum value', call(`{ ${least}, trafficType: ${long(200)} }`)],
    [
      'a long name of an operation, with many unknown variables',
      `query ${long(7_000)} { contacts(ids: [${times(400, (i) => `$n${i}`)}]) { id } }`,
    ],
    [
      'a long alias in conflict',
      `{ ${times(8, (i) => `${'a'.repeat(bytes / 8 - 100)}: contact(id: "${i}") { id }`)} }`,
    ],
    ['long names of unknown fields', `{ ${times(25, (i) => `${'a'.repeat(bytes / 25 - 20)}${i}`)} }`],
    ['a long text, then no end', `{ contact(id: "${long(100)}") { id }`],
    ['a long text of no end', `{ contact(id: "${long(100)}`],
    [
      'a long text of the wrong type',
      `{ contacts(ids: ["1"]) { associatedContacts(first: "${long(200)}") { pageInfo { hasNextPage } } } }`,
    ],
    ['escapes', `{ contact(id: "${'\\u0041'.repeat(bytes / 7 - 100)}") { nothing } }`],
    ['escapes of emoji', `{ contact(id: "${'\\u{1F600}'.repeat(bytes / 10 - 100)}") { nothing } }`],
    ['a long block text', `{ contact(id: """${'\n'.repeat(bytes / 2 - 100)}""") { nothing } }`],
    ['an indented block text', `{ contact(id: """${'\n '.repeat(bytes / 3 - 100)}""") { nothing } }`],
    [
      'a long number',
      `{ contacts(ids: ["1"]) { associatedContacts(first: ${'9'.repeat(bytes - 200)}) { pageInfo { hasNextPage } } } }`,
    ],
    [
      'a long float',
      `{ contacts(ids: ["1"]) { associatedContacts(first: 0.${'9'.repeat(bytes - 200)}) { pageInfo { hasNextPage } } } }`,
    ],
    ['unknown fields up to the limit of tokens', `{ ${times(995, (i) => `n${i}`)} }`],
    ['more tokens than the limit', `{ ${filled('a', bytes - 10, ' ')} }`],
    ['the same field', `{ ${times(995, () => '__typename')} nothing }`],
    ['the same field with arguments in conflict', `{ ${times(160, (i) => `contact(id: "${i}")`)} }`],
    [
      'the same field with the same long text',
      `{ ${times(110, () => `contact(id: "${'a'.repeat(2_000)}") { id }`)} nothing }`,
    ],
    [
      'the same field with the same list',
      `{ ${times(25, () => `contacts(ids: [${times(25, (i) => `"${i}"`)}]) { id }`)} nothing }`,
    ],
    ['the same field with the same fields in it', `{ ${times(110, () => 'contact(id: "1") { id status }')} nothing }`],
    [
      'fields in fields',
      `{ ${times(30, () => `contact(id: "1") { ${times(11, () => 'relatedContact { id')} ${'}'.repeat(11)} }`)} nothing }`,
    ],
    [
      'fragments that double',
      `{ ...F0 } ${times(95, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F95 on Query { nothing }`,
    ],
    ['fragments in a circle', `{ ...F0 } ${times(160, (i) => `fragment F${i} on Query { ...F${(i + 1) % 160} }`)}`],
    [
      'fragments that all lead to each other',
      `{ ...F0 } ${times(19, (i) => `fragment F${i} on Query { ${times(19, (j) => `...F${j}`)} }`)}`,
    ],
    [
      'fragments side by side',
      `{ ${times(120, (i) => `...F${i}`)} } ${times(90, (i) => `fragment F${i} on Query { a${i % 3}: contact(id: "${i}") }`)}`,
    ],
    ['inline fragments', `{ ${times(240, () => '... on Query')} { nothing } }`],
    ['inline fragments in each other', `{ ${times(240, () => '... on Query {')} nothing ${'}'.repeat(240)} }`],
    ['deep fields', `{ contact(id: "1") { ${times(470, () => 'relatedContact {')} id ${'}'.repeat(470)} } }`],
    ['a deep list', `{ contacts(ids: ${'['.repeat(490)}${']'.repeat(490)}) { id } }`],
    ['a deep object', call('{a:'.repeat(240) + '1' + '}'.repeat(240))],
    ['many unknown members', call(`{ ${times(320, (i) => `n${i}: 1`)} }`)],
    ['the same member', call(`{ ${times(320, () => 'name: ""')} }`)],
    ['entries that lack a member', call(`{ ${least}, attributes: [${times(300, () => '{}')}] }`)],
    ['entries of the wrong type', call(`{ ${least}, attributes: [${times(900, () => '1')}] }`)],
    ['broken entries', call(`{ ${least}, attributes: [${times(115, () => '{key: "", value: ""}')}] }`)],
    [
      'entries with long texts',
      call(`{ ${least}, attributes: [${times(115, () => `{key: "", value: "${'a'.repeat(2_000)}"}`)}] }`),
    ],
    ['directives', `{ __typename ${times(240, () => '@include(if: true)')} }`],
    ['unknown directives', `{ __typename ${times(490, (i) => `@n${i}`)} }`],
    ['variables that nobody uses', `query(${times(240, (i) => `$v${i}: Int`)}) { __typename }`],
    ['the same variable', `query(${times(240, () => '$v: Int')}) { __typename }`],
    ['a variable where it does not fit', `query($v: Int) { ${times(110, () => 'contact(id: $v) { id }')} }`],
    ['operations', times(240, (i) => `query Q${i} { __typename }`)],
    ['operations of one name', times(240, () => 'query Q { __typename }')],
    ['operations without a name', times(330, () => '{ __typename }')],
    ['definitions that are not executable', times(320, (i) => `type T${i} { a: Int }`)],
    ['introspection', `{ ${times(60, (i) => `a${i}: __schema { types { fields { type { name } } } }`)} }`],
    ['more aliases than the limit', `{ ${times(90, (i) => `a${i}: contact(id: "1") { id }`)} }`],
    [
      'more cost than the limit',
      `{ contacts(ids: [${times(90, () => '"1"')}]) { ${times(50, (i) => `a${i}: associatedContacts(first: 100) { nodes { id } }`)} } }`,
    ],
    ['nothing but bytes', '\u0000'.repeat(bytes / 6)],
    ['brackets', '{'.repeat(990)],
    ['brackets beyond the limit of tokens', '{'.repeat(bytes - 10)],
  ]);
}

/** Every document by every way and by everybody who may send it. */
export function documentShapes(): Shape[] {
  return [...documents()].flatMap(([name, query]) => {
    const body = JSON.stringify({ query });
    const asSubscription = JSON.stringify({
      query: query.replace(/^\{|^mutation|^query/, (start) => (start === '{' ? 'subscription {' : 'subscription')),
    });
    return [
      { name: `document: ${name}, by all`, over: 'post', as: 'all', body },
      { name: `document: ${name}, by nobody`, over: 'post', as: 'nobody', body },
      { name: `document: ${name}, to the stream`, over: 'stream', as: 'all', body: asSubscription },
      { name: `document: ${name}, to a socket`, over: 'socket', as: 'all', body: asSubscription },
    ];
  });
}

/** Bodies that hold no operation, or much besides it. */
export function bodyShapes(): Shape[] {
  const query = '"query":"{ nothing }"';
  const bodies = new Map<string, string>([
    ['no JSON at its end', `{"query":"{ __typename }","variables":{${filledWith((i) => `"k${i}":0`, bytes)}}`],
    ['zeros', `[${filled('0', bytes)}]`],
    ['operations in a batch', `[${filled(`{${query}}`, bytes)}]`],
    ['deep lists', '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)],
    [
      'deep lists as variables',
      `{${query},"variables":{"v":${'['.repeat(bytes / 2 - 50)}${']'.repeat(bytes / 2 - 50)}}}`,
    ],
    [
      'deep objects as variables',
      `{${query},"variables":${'{"v":'.repeat(bytes / 6 - 50)}0${'}'.repeat(bytes / 6 - 50)}}`,
    ],
    [
      'variables that nobody asks for',
      `{"query":"query($v: Int!) { nothing }","variables":{${filledWith((i) => `"k${i}":0`, bytes - 100)}}}`,
    ],
    ['empty objects as variables', `{${query},"variables":{"v":[${filled('{}', bytes - 100)}]}}`],
    ['variables that are a list', `{${query},"variables":[${filled('0', bytes - 100)}]}`],
    ['variables that are a text', `{${query},"variables":"${'a'.repeat(bytes - 100)}"}`],
    ['extensions', `{${query},"extensions":{${filledWith((i) => `"k${i}":[]`, bytes - 100)}}}`],
    ['a long name of the operation', `{${query},"operationName":"${'a'.repeat(bytes - 100)}"}`],
    ['members besides', `{${query},${filledWith((i) => `"k${i}":[]`, bytes - 100)}}`],
    ['a prototype', `{${query},"variables":{"v":[${filled('{"a":1}', bytes - 200)}]},"a":{"b":{"__proto__":{}}}}`],
    ['the word of a prototype', `{${query},"variables":{"v":[${filled('{"a":"__proto__"}', bytes - 200)}]}}`],
    ['no query', `{"variables":{"v":[${filled('{}', bytes - 100)}]}}`],
    ['an empty query', `{"query":"","variables":{"v":[${filled('{}', bytes - 100)}]}}`],
    ['a query that is a list', `{"query":[${filled('{}', bytes - 100)}]}`],
    ['more bytes than are read', `{${query},"extensions":{"a":"${'a'.repeat(bodyBytes)}"}}`],
    ['a persisted query', `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'a'.repeat(bytes - 200)}"}}}`],
  ]);
  return [...bodies].flatMap(([name, body]) => [
    { name: `body: ${name}, by all`, over: 'post', as: 'all', body },
    { name: `body: ${name}, by nobody`, over: 'post', as: 'nobody', body },
    { name: `body: ${name}, to the stream`, over: 'stream', as: 'all', body },
    { name: `body: ${name}, to a socket`, over: 'socket', as: 'all', body },
  ]);
}

import { describe, expect, test } from '@jest/globals';
import { placesOf, smallest } from './input-fixture.js';

interface Attribute {
  readonly key: string;
  readonly value: string;
}

function attributes(list: readonly Attribute[]): Promise<string[]> {
  return placesOf({ ...smallest, attributes: list });
}

function references(...list: readonly (readonly [name: string, type: string, value: string])[]): Promise<string[]> {
  return placesOf({ ...smallest, references: list.map(([name, type, value]) => ({ name, type, value })) });
}

describe('attributes', () => {
  test.each(['a', 'A', '0', '-', '_', 'order-Id_9', 'k'.repeat(32_767)])('may have the key %.20s', async (key) => {
    expect(await attributes([{ key, value: '' }])).toEqual([]);
  });

  test.each([
    '',
    ' ',
    'a b',
    'a.b',
    'a:b',
    '$.Attributes',
    'é',
    'ａ',
    'a\n',
    'a\u0000',
    '-a ',
    'k'.repeat(32_768),
    `${'k'.repeat(200_000)}!`,
  ])('may not have the key %.20j', async (key) => {
    expect(await attributes([{ key, value: '' }])).toContain('input.attributes.0.key attributeKey');
  });

  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    '__lookupSetter__',
  ])('may not have the key %s', async (key) => {
    expect(await attributes([{ key, value: 'x' }])).toEqual(['input.attributes.0.key reservedKey']);
  });

  test('may have each key once, in one case', async () => {
    const list = ['a', 'b', 'A', 'a', 'b', 'a'].map((key) => ({ key, value: key }));
    expect(await attributes(list)).toEqual([
      'input.attributes.3.key repeatedKey',
      'input.attributes.4.key repeatedKey',
      'input.attributes.5.key repeatedKey',
    ]);
  });

  test.each([
    ['exactly 32,768 bytes in one', [{ key: 'k', value: 'v'.repeat(32_767) }], []],
    ['one byte more over key and value', [{ key: 'kk', value: 'v'.repeat(32_767) }], ['input.attributes maxBytes']],
    [
      'a value longer than Connect takes',
      [{ key: 'k', value: 'v'.repeat(32_768) }],
      ['input.attributes maxBytes', 'input.attributes.0.value textLength'],
    ],
    ['exactly 32,768 bytes of two-byte characters', [{ key: 'kk', value: 'é'.repeat(16_383) }], []],
    ['few characters of many bytes', [{ key: 'k', value: '😀'.repeat(8_192) }], ['input.attributes maxBytes']],
    ['exactly 32,768 bytes over many', many(2_048, 16), []],
    ['one byte more over many', [...many(2_048, 16), { key: 'x', value: '' }], ['input.attributes maxBytes']],
  ])('of %s', async (_, list, places) => {
    expect(await attributes(list)).toEqual(places);
  });

  test('by the ten thousand are refused with no more than a hundred problems', async () => {
    const places = await attributes(Array.from({ length: 12_000 }, () => ({ key: '', value: '' })));
    expect(places).toHaveLength(100);
    expect(places.slice(0, 3)).toEqual([
      'input.attributes.0.key attributeKey',
      'input.attributes.1.key attributeKey',
      'input.attributes.1.key repeatedKey',
    ]);
  });
});

function many(count: number, bytesEach: number): Attribute[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `k${index}`;
    return { key, value: 'v'.repeat(bytesEach - key.length) };
  });
}

describe('references', () => {
  test.each([
    ['URL', 'https://example.com'],
    ['URL', 'http://example.com:8080/a/b?c=d&e=%20#f'],
    ['URL', 'HTTPS://EXAMPLE.COM/'],
    ['URL', 'https://bücher.example/straße'],
    ['URL', 'https://[2001:db8::1]/'],
    ['NUMBER', '0'],
    ['NUMBER', '-12.50'],
    ['NUMBER', '+3'],
    ['NUMBER', '007'],
    ['NUMBER', '9007199254740993'],
    ['STRING', ''],
    ['STRING', 'javascript:alert(1)'],
    ['STRING', 'two\nlines'],
    ['DATE', '2030-01-31'],
    ['DATE', '2030-01-31T09:30:00Z'],
    ['DATE', '2030-01-31T09:30:00.5-05:00'],
    ['DATE', '1950-01-01'],
    ['EMAIL', 'ann@example.com'],
    ['EMAIL', 'ann+order.1@mail.example.co.uk'],
  ])('of type %s may have the value %j', async (type, value) => {
    expect(await references(['n', type, value])).toEqual([]);
  });

  test.each([
    ['URL', 'referenceUrl', 'javascript:alert(1)'],
    ['URL', 'referenceUrl', 'JaVaScRiPt:alert(1)'],
    ['URL', 'referenceUrl', 'java\nscript:alert(1)'],
    ['URL', 'referenceUrl', ' javascript:alert(1)'],
    ['URL', 'referenceUrl', '\u0001javascript:alert(1)'],
    ['URL', 'referenceUrl', 'javascript://https://example.com/%0aalert(1)'],
    ['URL', 'referenceUrl', 'data:text/html,x'],
    ['URL', 'referenceUrl', 'vbscript:x'],
    ['URL', 'referenceUrl', 'file:///etc/passwd'],
    ['URL', 'referenceUrl', 'ftp://example.com'],
    ['URL', 'referenceUrl', '//example.com'],
    ['URL', 'referenceUrl', 'example.com'],
    ['URL', 'referenceUrl', 'https:example.com'],
    ['URL', 'referenceUrl', 'https:///example.com'],
    ['URL', 'referenceUrl', 'https://'],
    ['URL', 'referenceUrl', 'https://?x'],
    ['URL', 'referenceUrl', 'https:\\\\example.com'],
    ['URL', 'referenceUrl', 'https://example.com\\@evil.example'],
    ['URL', 'referenceUrl', 'https://exa\nmple.com'],
    ['URL', 'referenceUrl', 'https://example.com/\t'],
    ['URL', 'referenceUrl', 'https://example.com/ a'],
    ['URL', 'referenceUrl', ' https://example.com'],
    ['URL', 'referenceUrl', 'https://example.com\n'],
    ['URL', 'referenceUrl', 'https://example.com/\u202egnp.exe'],
    ['URL', 'referenceUrl', 'https://example.com/"onload="'],
    ['URL', 'referenceUrl', 'https://example.com/<script>'],
    ['URL', 'referenceUrl', 'https://example.com:99999/'],
    ['URL', 'referenceUrl', 'https://%/'],
    ['URL', 'referenceUrl', ''],
    ['NUMBER', 'referenceNumber', ''],
    ['NUMBER', 'referenceNumber', 'NaN'],
    ['NUMBER', 'referenceNumber', 'Infinity'],
    ['NUMBER', 'referenceNumber', '9'.repeat(400)],
    ['NUMBER', 'referenceNumber', '1e5'],
    ['NUMBER', 'referenceNumber', '0x10'],
    ['NUMBER', 'referenceNumber', '1,000'],
    ['NUMBER', 'referenceNumber', '.5'],
    ['NUMBER', 'referenceNumber', '5.'],
    ['NUMBER', 'referenceNumber', ' 5'],
    ['NUMBER', 'referenceNumber', '5\n'],
    ['NUMBER', 'referenceNumber', '５'],
    ['DATE', 'referenceDate', ''],
    ['DATE', 'referenceDate', '1896048000'],
    ['DATE', 'referenceDate', '2030-02-30'],
    ['DATE', 'referenceDate', '2030-01-31T09:30:00'],
    ['EMAIL', 'referenceEmail', ''],
    ['EMAIL', 'referenceEmail', 'ann'],
    ['EMAIL', 'referenceEmail', 'ann@'],
    ['EMAIL', 'referenceEmail', 'ann@example'],
    ['EMAIL', 'referenceEmail', 'Ann <ann@example.com>'],
    ['EMAIL', 'referenceEmail', 'ann@example.com\n'],
    ['EMAIL', 'referenceEmail', 'ann@example.com,bob@example.com'],
    ['STRING', 'wellFormed', '\ud800'],
  ])('of type %s break %s with %.60j', async (type, rule, value) => {
    expect(await references(['n', type, value])).toEqual([`input.references.0.value ${rule}`]);
  });

  test.each([
    ['', 'textLength'],
    ['\udfff', 'wellFormed'],
    ['__proto__', 'reservedKey'],
    ['constructor', 'reservedKey'],
    ['prototype', 'reservedKey'],
  ])('may not have the name %j', async (name, rule) => {
    expect(await references([name, 'STRING', 'x'])).toEqual([`input.references.0.name ${rule}`]);
  });

  test('may have any other name once', async () => {
    expect(await references(['Order no. 1', 'STRING', ''], ['日付', 'STRING', ''])).toEqual([]);
    expect(await references(['a', 'STRING', ''], ['a', 'NUMBER', '1'])).toEqual([
      'input.references.1.name repeatedKey',
    ]);
  });

  test.each([
    ['exactly 4,096 bytes', [['n', 'STRING', 'v'.repeat(4095)]], []],
    ['one byte more', [['nn', 'STRING', 'v'.repeat(4095)]], ['input.references maxBytes']],
    ['few characters of many bytes', [['n', 'STRING', '😀'.repeat(1024)]], ['input.references maxBytes']],
    [
      'a value longer than Connect takes',
      [['n', 'STRING', 'v'.repeat(4097)]],
      ['input.references maxBytes', 'input.references.0.value textLength'],
    ],
    [
      'a name longer than Connect takes',
      [['n'.repeat(4097), 'STRING', '']],
      ['input.references maxBytes', 'input.references.0.name textLength'],
    ],
    // A date is sent as ten digits, so its longer ISO form is not what counts.
    [
      'exactly 4,096 bytes with a date',
      [
        ['d', 'DATE', '2030-01-31T09:30:00.000+01:00'],
        ['n', 'STRING', 'v'.repeat(4084)],
      ],
      [],
    ],
    [
      'one byte more with a date',
      [
        ['d', 'DATE', '2030-01-31'],
        ['n', 'STRING', 'v'.repeat(4085)],
      ],
      ['input.references maxBytes'],
    ],
  ] as const)('of %s', async (_, list, places) => {
    expect(await references(...list)).toEqual(places);
  });

  test.each(['URL', 'NUMBER', 'DATE', 'EMAIL'])(
    'of type %s are refused at once where a pattern could chew for long',
    async (type) => {
      const long = 200_000;
      for (const value of [
        '1'.repeat(long),
        'a@'.repeat(long / 2),
        `https://${'a.'.repeat(long / 2)}`,
        ' '.repeat(long),
      ]) {
        expect(await references(['n', type, value])).toEqual([
          'input.references maxBytes',
          'input.references.0.value textLength',
        ]);
      }
      const rule = `reference${type.charAt(0)}${type.slice(1).toLowerCase()}`;
      for (const value of [
        '1'.repeat(4_000),
        'a@'.repeat(2_000),
        `a@${'a.'.repeat(1_900)}`,
        `http://${'a.'.repeat(1_900)} `,
      ]) {
        expect(await references(['n', type, value])).toEqual([`input.references.0.value ${rule}`]);
      }
    },
  );
});

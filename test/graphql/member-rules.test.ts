import { describe, expect, test } from '@jest/globals';
import { Length, MaxLength } from 'class-validator';
import { memberRulesOf } from '../../src/graphql/member-rules.js';

describe('the rules of an input class', () => {
  test('have names that clients are told of', () => {
    class NamedInput {
      @Length(0, 5)
      readonly text!: string;
    }
    const [check] = memberRulesOf(NamedInput).get('text')?.checks ?? [];
    expect([...(check?.('123456', {}, {}) ?? [])]).toMatchObject([{ rule: 'isLength' }]);

    class UnnamedInput {
      @MaxLength(5)
      readonly text!: string;
    }
    expect(() => memberRulesOf(UnnamedInput)).toThrow(
      'The rule maxLength of text is not among the rules of input (inputRules in errors.ts).',
    );
  });
});

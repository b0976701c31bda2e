import { chanceFrom } from '../chaos/random.js';

/**
 * What a schedule is made of: whole numbers, one after another, of which 0 always means the dullest that can happen. They are drawn from a seed, or they are
 * given, and then 0 from their end on; so a schedule can be run again, and made simpler by making numbers 0.
 */
export class Choices {
  readonly made: number[] = [];

  private constructor(private readonly draw: (index: number, count: number) => number) {}

  static ofSeed(seed: number): Choices {
    const chance = chanceFrom(seed);
    return new Choices((_index, count) => Math.floor(chance.next() * count));
  }

  static given(numbers: readonly number[]): Choices {
    return new Choices((index, count) => Math.min(numbers[index] ?? 0, count - 1));
  }

  /** 0 to `count` - 1. */
  below(count: number): number {
    const choice = this.draw(this.made.length, count);
    this.made.push(choice);
    return choice;
  }

  /** The first one is the dullest. */
  of<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  /** One of the options, each with so many chances in a thousand, or undefined. */
  rare<T>(options: readonly (readonly [T, number])[]): T | undefined {
    let left = 1_000 - this.below(1_000);
    for (const [option, permille] of options) {
      if (left <= permille) return option;
      left -= permille;
    }
    return undefined;
  }
}

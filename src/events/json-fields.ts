import { momentFrom } from '../contacts/timeline/contact-report.js';

/** No name that is asked for is longer. */
const maxNameLength = 64;

/**
 * A JSON object's members by their names in lower case, because Connect's own samples spell one name in several ways. Of names that
 * differ only in case, the last in the order of code units stays, so that the order in the text makes no difference.
 */
export class JsonFields {
  readonly #byName: ReadonlyMap<string, { readonly value: unknown }>;

  private constructor(object: object) {
    const byName = new Map<string, { readonly name: string; readonly value: unknown }>();
    for (const name in object) {
      if (name.length > maxNameLength) continue;
      const value: unknown = Reflect.get(object, name);
      const lowerCase = name.toLowerCase();
      const known = byName.get(lowerCase);
      if (!known || known.name < name) byName.set(lowerCase, { name, value });
    }
    this.#byName = byName;
  }

  /** Of anything but an object: undefined. */
  static of(value: unknown): JsonFields | undefined {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? new JsonFields(value) : undefined;
  }

  /** The object under that name; one without members where there is none. */
  object(name: string): JsonFields {
    return JsonFields.of(this.#get(name)) ?? new JsonFields({});
  }

  /** The object under that name, if there is one. */
  maybeObject(name: string): JsonFields | undefined {
    return JsonFields.of(this.#get(name));
  }

  /** The text under that name; undefined where it is empty or something else. */
  text(name: string): string | undefined {
    const value = this.#get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** The texts among the first `most` entries of the list under that name; undefined where there is none. */
  texts(name: string, most: number): readonly string[] | undefined {
    const value = this.#get(name);
    return Array.isArray(value) ? value.slice(0, most).filter((item) => typeof item === 'string') : undefined;
  }

  /** The moment under that name; undefined where it is not one, or is Connect's way to write that it has not come. */
  moment(name: string): Date | undefined {
    const text = this.text(name);
    return text !== undefined && iso8601.test(text) ? (momentFrom(new Date(text)) ?? undefined) : undefined;
  }

  /** The duration under that name, as text; undefined where it is not a whole number of seconds. */
  wholeSeconds(name: string): string | undefined {
    const value = this.#get(name);
    return Number.isSafeInteger(value) && (value as number) >= 0 ? String(value) : undefined;
  }

  #get(name: string): unknown {
    return this.#byName.get(name.toLowerCase())?.value;
  }
}

const iso8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

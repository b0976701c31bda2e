/** The JSON of what may hold Maps, which become objects. */
export function jsonOf(value: object): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member instanceof Map ? Object.fromEntries<unknown>(member) : member,
  );
}

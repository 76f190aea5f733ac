/**
 * Records whose names come and go, such as branches and timers, with one entry changed. Written for what V8 does with them: an
 * object that is spread with a name that was never there gets a hidden class of its own, which took three quarters of the time of
 * a wide Map; one without a prototype is a table from the beginning. Copied once per event, and only as wide as what is open.
 */
type Entries<T> = Readonly<Record<string, T>>;

/** With this entry, in its place where it is there already. */
export function withEntry<T>(entries: Entries<T> | undefined, name: string, value: T): Entries<T> {
  const changed = Object.create(null) as Record<string, T>;
  for (const key in entries) changed[key] = entries[key]!;
  changed[name] = value;
  return changed;
}

/** Without this entry. */
export function withoutEntry<T>(entries: Entries<T>, name: string): Entries<T> {
  const left = Object.create(null) as Record<string, T>;
  for (const key in entries) if (key !== name) left[key] = entries[key]!;
  return left;
}

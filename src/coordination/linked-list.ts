/** One value in a LinkedList, which knows its neighbours. */
export interface Link<T> {
  readonly value: T;
  next: Link<T> | undefined;
  previous: Link<T> | undefined;
}

/** A list in which adding at the end and taking out anywhere cost the same however long it is. */
export class LinkedList<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Link<T> | undefined {
    return this.#first;
  }

  add(value: T): Link<T> {
    const link: Link<T> = { value, next: undefined, previous: undefined };
    this.#append(link);
    return link;
  }

  /** The link must be in this list. */
  remove(link: Link<T>): void {
    if (link.previous) link.previous.next = link.next;
    else this.#first = link.next;
    if (link.next) link.next.previous = link.previous;
    else this.#last = link.previous;
    link.next = link.previous = undefined;
    this.#size -= 1;
  }

  /** The link must be in this list. */
  moveToEnd(link: Link<T>): void {
    this.remove(link);
    this.#append(link);
  }

  #append(link: Link<T>): void {
    link.previous = this.#last;
    if (this.#last) this.#last.next = link;
    else this.#first = link;
    this.#last = link;
    this.#size += 1;
  }
}

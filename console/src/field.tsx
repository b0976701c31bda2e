import { useId, type ReactNode } from 'react';

/** What ties an input to its label, its hint and its problem. */
export interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

interface Props {
  readonly label: string;
  readonly hint: string;
  /** What the gateway said about its value. */
  readonly problem: string | undefined;
  readonly children: (control: FieldControl) => ReactNode;
}

/** A labelled input with its hint and, beside it, what is wrong with it. */
export function Field({ label, hint, problem, children }: Props) {
  const id = useId();
  const control = {
    id,
    'aria-describedby': problem === undefined ? `${id}-hint` : `${id}-problem ${id}-hint`,
    'aria-invalid': problem !== undefined,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(control)}
      {problem !== undefined && (
        <p id={`${id}-problem`} className="problem">
          {problem}
        </p>
      )}
      <p id={`${id}-hint`} className="hint">
        {hint}
      </p>
    </div>
  );
}

export interface Choice {
  readonly value: string;
  readonly name: string;
}

interface SelectProps {
  readonly control: FieldControl;
  readonly value: string;
  readonly change: (value: string) => void;
  /** The choice of nothing. */
  readonly nothing: string;
  /** Undefined while they load. */
  readonly choices: readonly Choice[] | undefined;
}

/** A list to pick from. */
export function Select({ control, value, change, nothing, choices }: SelectProps) {
  return (
    <select
      {...control}
      aria-busy={choices === undefined}
      value={value}
      onChange={(event) => {
        change(event.target.value);
      }}
    >
      <option value="">{choices === undefined ? 'Loading…' : nothing}</option>
      {choices?.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.name}
        </option>
      ))}
    </select>
  );
}

/** One of a few: radio buttons that look like one bar. */
import { useId } from 'preact/hooks';
import type { Signal } from '@preact/signals';

interface Props<T extends string> {
  readonly title: string;
  readonly choice: Signal<T>;
  readonly words: Readonly<Record<T, string>>;
}

export function OneOf<T extends string>({ title, choice, words }: Props<T>) {
  const name = useId();
  return (
    <fieldset class="one-of">
      <legend>{title}</legend>
      <div>
        {(Object.entries(words) as [T, string][]).map(([value, word]) => (
          <label key={value}>
            <input type="radio" name={name} checked={choice.value === value} onChange={() => void (choice.value = value)} />
            <span>{word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

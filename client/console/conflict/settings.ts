import { texts } from '../texts.ts';
import type { Setting } from './save-or-choose.ts';

/** A text or a number. */
export function asText(key: string, label: string): Setting {
  return { key, label, show: (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '') };
}

/** A list of texts, one in each line. */
export function asLines(key: string, label: string): Setting {
  return { key, label, show: (value) => (Array.isArray(value) ? value.join('\n') : '') };
}

export function asYesNo(key: string, label: string): Setting {
  return { key, label, show: (value) => (value === true ? texts.yes : texts.no) };
}

/** One of some choices, as the form names them. */
export function asChoice(key: string, label: string, names: Readonly<Record<string, string>>): Setting {
  return {
    key,
    label,
    show: (value) => Object.entries(names).find(([code]) => code === String(value))?.[1] ?? String(value),
  };
}

/** Saying where in an object something is wrong. */
import type { Path } from '../model.js'

export interface TypeProblem {
  readonly path: Path
  readonly message: string
}

/** `spec.containers[0].image`. */
export function shown(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  )
}

export function problemAt(path: Path, message: string): TypeProblem {
  return { path, message: `${shown(path)} ${message}` }
}

/** What is found in the first item in which anything is. */
export function firstProblem<Item>(
  items: readonly Item[],
  problemOf: (item: Item, index: number) => TypeProblem | null,
): TypeProblem | null {
  for (const [index, item] of items.entries()) {
    const found = problemOf(item, index)
    if (found !== null) return found
  }
  return null
}

/** Answers with the place in the judged resource that a reader should look at. */
import type { Answer, Path, Ref, Truth } from '../../model.js'

export interface Located extends Answer {
  readonly path: Path
}

export function located(answer: Truth, why: string, path: Path, by: readonly Ref[] = []): Located {
  return { answer, why, by, path }
}

import { EventReader } from './events.js'
import { Lines } from './lines.js'
import { Malformed } from './cursor.js'
import type { Range } from './cursor.js'

export interface Comment {
  /** 1-based, in the text. */
  readonly line: number
  /** What follows the `#`, trimmed. */
  readonly text: string
  /** Whether it stands alone on its line. */
  readonly alone: boolean
}

/** The comments of a document; none where it is malformed. */
export function commentsOf(text: string): readonly Comment[] {
  if (!text.includes('#')) return []
  const ranges: Range[] = []
  try {
    const reader = new EventReader(text, ranges)
    while (reader.next().type !== 'stream-end');
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return []
  }
  const lines = new Lines(text)
  return ranges.map(({ start, end }) => {
    const { line, column } = lines.at(start)
    return {
      line,
      text: text.slice(start + 1, end).trim(),
      alone: text.slice(start - column + 1, start).trim() === '',
    }
  })
}

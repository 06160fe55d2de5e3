/** What a parser says of a text, one at a time. */
import type { ScalarStyle } from './scalars.js'

export type EventType =
  | 'document-start'
  | 'document-end'
  | 'stream-end'
  | 'alias'
  | 'scalar'
  | 'sequence-start'
  | 'sequence-end'
  | 'mapping-start'
  | 'mapping-end'

export interface Event {
  readonly type: EventType
  /**
   * Offsets of the node itself, behind its tag and anchor; of an empty scalar both are where it would stand, one in block
   * style begins with its first line.
   */
  readonly start: number
  readonly end: number
  /** '' for none; of an alias, the anchor that it names. */
  readonly anchor: string
  /** In its long form, '' for none. */
  readonly tag: string
  /** Where the tag is written, -1 for none. */
  readonly tagStart: number
  readonly tagEnd: number
  /** A scalar's text. */
  readonly value: string
  readonly style: ScalarStyle
  /** Columns before each line of a scalar in block style, 0 elsewhere. */
  readonly indent: number
  readonly isFlow: boolean
}

/** One shape for all events. */
export function nodeEvent(
  type: EventType,
  start: number,
  end: number,
  anchor: string,
  tag: string,
  tagStart: number,
  tagEnd: number,
  value: string,
  style: ScalarStyle,
  isFlow: boolean,
  indent = 0,
): Event {
  return { type, start, end, anchor, tag, tagStart, tagEnd, value, style, indent, isFlow }
}

/** An event without tag and anchor. */
export function eventOf(
  type: EventType,
  start: number,
  end: number,
  value = '',
  style: ScalarStyle = 'plain',
  isFlow = false,
  indent = 0,
): Event {
  return nodeEvent(type, start, end, '', '', -1, -1, value, style, isFlow, indent)
}

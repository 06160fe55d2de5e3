/** Classes of characters, as go.yaml.in/yaml/v2 has them (yamlprivateh.go). Codes are UTF-16 units; 0 is the text's end. */

const BLANK = 1
const BREAK = 2
const END = 4
/** `[0-9A-Za-z_-]` */
const WORD = 8
/** What a tag may be written with, `%` escapes included. */
const URI = 16
/** Ends a plain scalar in the flow context. */
const FLOW = 32

const CLASSES = new Uint8Array(128)
for (const [bits, characters] of [
  [BLANK, ' \t'],
  [BREAK, '\r\n'],
  [END, '\0'],
  [WORD | URI, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-'],
  [URI, ";/?:@&=+$,.!~*'()[]%"],
  [FLOW, ',?[]{}'],
] as const) {
  for (const character of characters) CLASSES[character.charCodeAt(0)]! |= bits
}

function is(code: number, bits: number): boolean {
  return code < 128 && (CLASSES[code]! & bits) !== 0
}

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** YAML 1.1 breaks lines at NEL, LS and PS too. */
export function isBreak(code: number): boolean {
  return code < 128 ? (CLASSES[code]! & BREAK) !== 0 : isWideBreak(code)
}

export function isBreakOrEnd(code: number): boolean {
  return code < 128 ? (CLASSES[code]! & (BREAK | END)) !== 0 : isWideBreak(code)
}

export function isBlankOrEnd(code: number): boolean {
  return code < 128 ? (CLASSES[code]! & (BLANK | BREAK | END)) !== 0 : isWideBreak(code)
}

export function isWord(code: number): boolean {
  return is(code, WORD)
}

export function isUri(code: number): boolean {
  return is(code, URI)
}

export function isFlowIndicator(code: number): boolean {
  return is(code, FLOW)
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** The value of a hexadecimal digit, -1 for none. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10
  return code >= 0x61 && code <= 0x66 ? code - 0x61 + 10 : -1
}

function isWideBreak(code: number): boolean {
  return code === 0x85 || code === 0x2028 || code === 0x2029
}

/** Go's notion of characters. */

/** unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
export function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** What is not UTF-8 becomes U+FFFD, as where Go writes JSON. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)

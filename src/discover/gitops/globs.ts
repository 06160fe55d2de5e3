/** Globs as github.com/gobwas/glob reads them without separators: `*` reaches over slashes. */

/** null where it is no glob. */
export function globRegex(glob: string): RegExp | null {
  let source = ''
  let depth = 0
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i] ?? ''
    if (character === '*') source += '[\\s\\S]*'
    else if (character === '?') source += '[\\s\\S]'
    else if (character === '{') {
      depth += 1
      source += '(?:'
    } else if (character === '}' && depth > 0) {
      depth -= 1
      source += ')'
    } else if (character === ',' && depth > 0) source += '|'
    else if (character === '[') {
      const [whole, not, members] = /^\[(!?)([^\]]+)\]/.exec(glob.slice(i)) ?? []
      if (whole === undefined || members === undefined) return null
      source += `[${not === '!' ? '^' : ''}${members.replace(/[\\^\]]/g, '\\$&')}]`
      i += whole.length - 1
    } else if (character === '\\') {
      i += 1
      source += literal(glob[i] ?? '')
    } else source += literal(character)
  }
  if (depth > 0) return null
  try {
    return new RegExp(`^(?:${source})$`, 'u')
  } catch {
    // A range that ends before it begins.
    return null
  }
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

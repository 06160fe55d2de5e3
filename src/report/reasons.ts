/**
 * Why something could not be judged, without secrets. Engines and schemas quote what they stumble over: a Helm template
 * may fail with a password in its message. What masking hides in the files that were read is hidden in the reason too.
 */
import type { Judgement, Tree, Unjudged } from '../model.js'
import { maskQuoted, secretsIn } from './mask.js'

/** Beyond this a file is no configuration that somebody wrote. */
const MOST_BYTES = 1024 * 1024

/** The same items with masked reasons. `inputs`: source → the tree paths that were read for it. */
export function withoutSecrets<Item extends Pick<Unjudged, 'reason' | 'source'>>(
  items: readonly Item[],
  tree: Tree,
  inputs: Judgement['inputs'],
): readonly Item[] {
  const known = new Map<string, readonly string[]>()
  const secretsOf = (file: string): readonly string[] => {
    const found = known.get(file) ?? readSecrets(tree, file)
    known.set(file, found)
    return found
  }
  return items.map((item) => {
    const files = item.source === null ? [] : [...(inputs.get(item.source) ?? [])]
    // What is part of a path is shown anyway: `user: prometheus` must not blot out the chart's own name. What is only asked
    // for, as any text of a kustomization may be, is no path.
    const paths = files.filter((file) => tree.stat(file) !== null)
    const secrets = files.flatMap(secretsOf).filter((secret) => !paths.some((file) => file.includes(secret)))
    return { ...item, reason: maskQuoted(item.reason, secrets) }
  })
}

function readSecrets(tree: Tree, file: string): readonly string[] {
  const bytes = tree.read(file)
  if (bytes === null || bytes.length > MOST_BYTES || bytes.includes(0)) return []
  return secretsIn(new TextDecoder().decode(bytes).split(/\r\n|\n|\r/))
}

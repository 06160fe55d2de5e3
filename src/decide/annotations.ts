/**
 * Waivers that resources bring for themselves, in an annotation or in comments, where the configuration allows it. They are
 * read as the configuration's are: what the base says holds, what stands in the head alone is pending.
 */
import { parseWaivers, type Config } from '../config.js'
import { mayWaive } from '../extends/floor.js'
import type { Judgement, Policy, Resource } from '../model.js'
import { commentsOf } from '../parse/yaml.js'
import type { Base } from './decide.js'
import { identityOf, writtenName } from './fingerprint.js'
import type { Waiver } from './waive.js'

/** Its value is a YAML list of waivers, without `resource` and `file`. */
const WAIVERS_ANNOTATION = 'ringfence/waivers'

/** `# ringfence: {policy: …, reason: …, owner: …, expires: …}` in the document of the resource. */
const WAIVER_COMMENT = /^ringfence:\s*(.*)$/

export interface Brought {
  readonly waivers: readonly Waiver[]
  readonly pending: readonly Waiver[]
  /** Annotations and comments that cannot be read: they waive nothing. */
  readonly problems: readonly string[]
}

export const NOTHING_BROUGHT: Brought = { waivers: [], pending: [], problems: [] }

export function annotated(
  head: Judgement,
  base: Base | null,
  { trust, floors }: Pick<Config, 'trust' | 'floors'>,
  policies: readonly Policy[],
): Brought {
  const now = waiversIn(head.resources, policies, floors)
  if (base === null || trust.waivers === 'head')
    return { ...NOTHING_BROUGHT, waivers: [...now.byKey.values()], problems: now.problems }
  const before = waiversIn(base.judgement.resources, policies, floors)
  const pending = [...now.byKey].flatMap(([key, waiver]) => (before.byKey.has(key) ? [] : [waiver]))
  return { waivers: [...before.byKey.values()], pending, problems: now.problems }
}

function waiversIn(
  resources: readonly Resource[],
  policies: readonly Policy[],
  floors: Config['floors'],
): { readonly byKey: ReadonlyMap<string, Waiver>; readonly problems: readonly string[] } {
  const byKey = new Map<string, Waiver>()
  const problems = new Set<string>()
  for (const resource of resources) {
    const own = writtenName(resource)
    for (const { text, where } of writtenOn(resource)) {
      const { waivers, problem } = parseWaivers(text, policies)
      if (problem !== null) problems.add(`the ${where} of ${own} cannot be read: ${problem}`)
      for (const waiver of waivers) {
        if (!mayWaive(waiver, floors)) {
          const those = floors.map(({ name }) => name).join(', ')
          problems.add(`${own} waives ${waiver.policy ?? ''}, which ${those} does not leave to it`)
          continue
        }
        byKey.set(JSON.stringify([identityOf(resource), waiver]), { ...waiver, resource: escaped(own) })
      }
    }
  }
  return { byKey, problems: [...problems] }
}

/** Lists of waivers, and what a message calls the place where they are written. */
function writtenOn(resource: Resource): readonly { readonly text: string; readonly where: string }[] {
  const annotation = resource.object.metadata.annotations?.[WAIVERS_ANNOTATION]
  const texts = annotation === undefined ? [] : [{ text: annotation, where: `annotation ${WAIVERS_ANNOTATION}` }]
  // Of a list nobody can tell which item a comment is about: it waives nothing there.
  if (resource.path.length > 0 || !/#\s*ringfence:/.test(resource.text)) return texts
  const comments = commentsOf(resource.text).flatMap(({ text, line }) => {
    const [, waiver] = WAIVER_COMMENT.exec(text) ?? []
    return waiver === undefined ? [] : [{ text: `[${waiver}]`, where: `comment in line ${line} of the document` }]
  })
  return [...texts, ...comments]
}

/** A name is no glob. */
const escaped = (name: string): string => name.replace(/[\\*?[\]{}()!+@|]/g, '\\$&')

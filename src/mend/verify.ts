/** What edits did, by the judgement before and after: whether each mended its findings, and nothing else changed. */
import { fingerprintOf, identityOf, nameOf } from '../decide/fingerprint.js'
import type { Finding, Json, Judgement, Path, Resource, Unjudged, Unknown } from '../model.js'
import { childOf, isMap, isSame, listOf, valueAt } from '../parse/json.js'
import { changed, changeOf } from './change.js'
import type { Remedy } from './remedy.js'

export interface Verification {
  readonly holds: boolean
  /** Those that did not do what they should, whatever the others did. */
  readonly refuted: ReadonlySet<Remedy>
  /** Those that touch what changed otherwise than it should: one of them is to blame, or all together. */
  readonly suspects: ReadonlySet<Remedy>
}

/** `before` and `after` have a judgement a scope. */
export function verify(
  before: readonly Judgement[],
  after: readonly Judgement[],
  remedies: readonly Remedy[],
): Verification {
  const refuted = new Set<Remedy>()
  const suspects = new Set<Remedy>()
  const byResource = new Map<string, Remedy[]>()
  for (const remedy of remedies) {
    for (const { resource } of remedy.findings) {
      const key = resourceKey(resource)
      byResource.set(key, [...(byResource.get(key) ?? []), remedy])
    }
  }
  let holds = true
  const blame = (resource: Resource | null): void => {
    holds = false
    const touching = new Set(resource === null ? [] : byResource.get(resourceKey(resource)))
    const [only] = touching
    if (touching.size === 1 && only !== undefined) refuted.add(only)
    else for (const remedy of touching) suspects.add(remedy)
  }

  const still = new Set(after.flatMap(({ findings }) => findings.map(toldKey)))
  for (const remedy of remedies) {
    if (!remedy.findings.some((finding) => still.has(toldKey(finding)))) continue
    refuted.add(remedy)
    holds = false
  }
  const told = ({ findings, unknowns }: Judgement): readonly (Finding | Unknown)[] => [...findings, ...unknowns]
  const meant = new Set(remedies.flatMap(({ findings }) => findings.map(toldKey)))
  // What said the same of the same resource elsewhere only moves: that pods are not isolated is told at the host network,
  // and without that at the labels.
  const moved = new Map<string, number>()
  for (const each of newOf(after, before, told, toldKey).filter((gone) => !meant.has(toldKey(gone))))
    moved.set(aboutKey(each), (moved.get(aboutKey(each)) ?? 0) + 1)
  for (const each of newOf(before, after, told, toldKey)) {
    const left = moved.get(aboutKey(each)) ?? 0
    if (left > 0) moved.set(aboutKey(each), left - 1)
    else blame(each.resource)
  }
  if (newOf(before, after, ({ unjudged }) => unjudged, unjudgedKey).length > 0) blame(null)
  for (const resource of otherwise(before, after, byResource)) blame(resource)
  return { holds, refuted, suspects }
}

function newOf<Told>(
  before: readonly Judgement[],
  after: readonly Judgement[],
  of: (judgement: Judgement) => readonly Told[],
  keyOf: (told: Told) => string,
): readonly Told[] {
  const known = new Set(before.flatMap((judgement) => of(judgement).map(keyOf)))
  return after.flatMap(of).filter((told) => !known.has(keyOf(told)))
}

/** A plain value of a list by what it is: its index changes when another one goes. */
function toldKey(told: Finding | Unknown): string {
  const { resource, path, environment } = told
  const last = path.at(-1)
  const item = typeof last === 'number' ? valueAt(objectOf(resource), path) : undefined
  const isPlain = item !== undefined && nameOf(item) === null && typeof item !== 'object'
  const place = isPlain
    ? `${fingerprintOf({ ...told, path: path.slice(0, -1) })}=${JSON.stringify(item)}`
    : fingerprintOf(told)
  return JSON.stringify([resource.origin.source, environment.name, resource.origin.environment.name, place])
}

/** A finding and a doubt are not the same. */
const aboutKey = (told: Finding | Unknown): string =>
  JSON.stringify([told.policy, 'related' in told, resourceKey(told.resource), told.environment.name])

const unjudgedKey = ({ file, reason, policy, source }: Unjudged): string =>
  JSON.stringify([file, reason, policy, source])

const objectOf = ({ object }: Resource): Json => object as unknown as Json

const resourceKey = (resource: Resource): string => {
  const { origin } = resource
  return JSON.stringify([origin.source, origin.environment.name, origin.environment.label, identityOf(resource)])
}

/** Resources that came, went, or changed by more than their findings' paths. */
function otherwise(
  before: readonly Judgement[],
  after: readonly Judgement[],
  remedies: ReadonlyMap<string, readonly Remedy[]>,
): readonly Resource[] {
  const [old, now] = [byKey(before), byKey(after)]
  const gone = [...old].flatMap(([key, resources]) => (now.get(key)?.length === resources.length ? [] : resources))
  const wrong = [...now].flatMap(([key, resources]) => {
    const were = old.get(key)
    if (were === undefined || were.length !== resources.length) return resources
    return resources.filter((resource, i) => {
      const findings = (remedies.get(key) ?? []).flatMap((remedy) =>
        remedy.findings.filter((finding) => resourceKey(finding.resource) === key),
      )
      return !isAsMeant(objectOf(were[i]!), objectOf(resource), findings)
    })
  })
  return [...gone, ...wrong]
}

function byKey(judgements: readonly Judgement[]): ReadonlyMap<string, readonly Resource[]> {
  const resources = new Map<string, Resource[]>()
  for (const resource of judgements.flatMap((judgement) => judgement.resources)) {
    const key = resourceKey(resource)
    const same = resources.get(key)
    if (same === undefined) resources.set(key, [resource])
    else same.push(resource)
  }
  return resources
}

/** Whether two renders of a resource are the same, but for the paths of these findings. */
function isAsMeant(old: Json, now: Json, findings: readonly Finding[]): boolean {
  if (isSame(old, now)) return true
  let [before, after] = [old, now]
  // Items from the last on: the others keep their index until it is their turn.
  const paths = [...new Map(findings.map((finding) => [JSON.stringify(finding.path), finding])).values()].sort(
    (a, b) => lastIndex(b.path) - lastIndex(a.path),
  )
  for (const { path, fix } of paths) {
    const change = changeOf(fix)
    const isItem = typeof path.at(-1) === 'number'
    before = without(before, path)
    // An item that went is not there any more; the one in its place is another.
    if (!(isItem && change !== null && 'remove' in change)) after = without(after, path)
  }
  return isSame(pruned(before, paths), pruned(after, paths))
}

const lastIndex = (path: Path): number => {
  const last = path.at(-1)
  return typeof last === 'number' ? last : Number.MAX_SAFE_INTEGER
}

function without(value: Json, path: Path): Json {
  return valueAt(value, path) === undefined ? value : (changed(value, path, { remove: true }) ?? value)
}

/** Without what the findings' paths lead through and nothing is left in: it came, or went, with the value. */
function pruned(value: Json, findings: readonly Finding[]): Json {
  let kept = value
  for (const { path } of findings) {
    for (let depth = path.length - 1; depth > 0; depth--) {
      const above = path.slice(0, depth)
      const found = above.reduce<Json | undefined>(childOf, kept)
      if (found === undefined || typeof above.at(-1) === 'number') continue
      const isEmpty =
        found === null ||
        (isMap(found) ? Object.keys(found).length === 0 : Array.isArray(found) && listOf(found).length === 0)
      if (!isEmpty) break
      kept = without(kept, above)
    }
  }
  return kept
}

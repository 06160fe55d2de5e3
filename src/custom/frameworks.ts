/**
 * Frameworks that a repository brings along, in `.ringfence/frameworks/`: a file with `controls` is a framework, in the form
 * of ours (frameworks/); one without changes how policies map to a framework that is there. Either says which policy gives
 * evidence for which control under `policies`; what it says of a policy takes the place of what the policy says itself.
 */
import type { Json, Path, Policy, Tree, Unjudged } from '../model.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { mappingProblem, type Framework } from '../report/controls.js'
import { mapOf, object, optional, quoted, required, suggestion, text, type Report } from '../shape.js'
import { FRAMEWORKS_FOLDER, problem } from './custom.js'
import { textsBelow } from './files.js'
import type { ControlProblem } from './ours.js'

/** What a file of frameworks says. */
export interface FrameworkFile {
  readonly file: string
  readonly id: string
  /** null: it is about a framework that is there. */
  readonly framework: Framework | null
  /** Further sources of mappings. */
  readonly sources: { readonly [letter: string]: string }
  /** policy → control → the letter of the mapping's source. */
  readonly mapping: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** 1-based; of a policy in the mapping. */
  readonly lineOf: (path: Path) => number
}

export interface FrameworkFiles {
  readonly files: readonly FrameworkFile[]
  /** What is wrong with them: it blocks. */
  readonly problems: readonly Unjudged[]
}

const texts = mapOf(() => text)

const fields = object({
  id: required(text),
  title: optional(text, null),
  version: optional(text, null),
  disclaimer: optional(text, null),
  sources: optional(texts, new Map<string, string>()),
  reasons: optional(texts, new Map<string, string>()),
  controls: optional(
    mapOf(() => object({ title: required(text), 'not-assessable': optional(text, undefined) })),
    null,
  ),
  policies: optional(
    mapOf(() => texts),
    new Map<string, ReadonlyMap<string, string>>(),
  ),
})

/** `folder` is '' for a repository, and where a bundle lies in its tree. */
export function readFrameworks(tree: Tree, folder: string): FrameworkFiles {
  const files: FrameworkFile[] = []
  const problems: Unjudged[] = []
  const place = folder === '' ? FRAMEWORKS_FOLDER : `${folder}/${FRAMEWORKS_FOLDER}`
  for (const [file, content] of textsBelow(tree, place, ['.yaml', '.yml'])) {
    const { value, problem: malformed } = parseYaml(content)
    if (malformed !== null) {
      problems.push(problem(file, malformed.line, malformed.message))
      continue
    }
    const positions = positionsOf(content)
    const before = problems.length
    const report: Report = (path, message) => problems.push(problem(file, positions(path).line, message))
    const read = fields((value ?? null) as Json, [], report)
    if (read === undefined) continue
    const framework = frameworkIn(read, report)
    if (problems.length > before) continue
    files.push({
      file,
      id: read.id,
      framework,
      sources: Object.fromEntries(read.sources),
      mapping: read.policies,
      lineOf: (path) => positions(path).line,
    })
  }
  return { files, problems }
}

type Written = NonNullable<ReturnType<typeof fields>>

function frameworkIn(written: Written, report: Report): Framework | null {
  const { id, title, version, disclaimer, sources, reasons, controls } = written
  if (controls === null) {
    for (const key of ['title', 'version', 'disclaimer'] as const)
      if (written[key] !== null) report([key], `${key} belongs to a framework: controls is missing`)
    if (reasons.size > 0) report(['reasons'], 'reasons belong to a framework: controls is missing')
    return null
  }
  for (const [control, { 'not-assessable': reason }] of controls)
    if (reason !== undefined && !reasons.has(reason))
      report(
        ['controls', control, 'not-assessable'],
        `there is no reason ${quoted(reason)}${suggestion(reason, [...reasons.keys()])}`,
      )
  for (const key of ['title', 'version', 'disclaimer'] as const)
    if (written[key] === null) report([], `${key} is missing`)
  return {
    id,
    title: title ?? '',
    version: version ?? '',
    disclaimer: disclaimer ?? '',
    sources: Object.fromEntries(sources),
    reasons: Object.fromEntries(reasons),
    controls: Object.fromEntries(
      [...controls].map(([control, { title, 'not-assessable': reason }]) => [
        control,
        reason === undefined ? { title } : { title, 'not-assessable': reason },
      ]),
    ),
  }
}

/** What is wrong with a line of `controls` in a policy's METADATA, where these frameworks are there. */
export function controlProblems(frameworks: readonly Framework[], files: readonly FrameworkFile[]): ControlProblem {
  const known = new Map(frameworks.map((framework) => [framework.id, framework]))
  for (const { id, framework, sources } of files) {
    const after = framework ?? known.get(id)
    if (after !== undefined) known.set(id, { ...after, sources: { ...after.sources, ...sources } })
  }
  return (id, control, source) => {
    const framework = known.get(id)
    return framework === undefined ? `there is no framework ${id}` : mappingProblem(framework, control, source)
  }
}

/** What reports are made from. */
export interface Mapped {
  readonly frameworks: readonly Framework[]
  readonly policies: readonly Policy[]
  readonly problems: readonly Unjudged[]
}

/**
 * Frameworks and policies with what the files change of them, one file after the other. `fixed` are frameworks that may not
 * be replaced, by who brought them.
 */
export function mappedBy(
  files: readonly FrameworkFile[],
  { frameworks, policies }: Omit<Mapped, 'problems'>,
  fixed: ReadonlyMap<string, string> = new Map(),
): Mapped {
  const problems: Unjudged[] = []
  const known = new Map(frameworks.map((framework) => [framework.id, framework]))
  const controls = new Map(policies.map(({ id, controls }) => [id, { ...controls }]))
  for (const file of files) {
    const { id, framework, mapping } = file
    const wrong = (path: Path, reason: string): void =>
      void problems.push(problem(file.file, file.lineOf(path), reason))
    const owner = fixed.get(id)
    if (owner !== undefined) {
      wrong(['id'], `the framework ${id} is that of ${owner}, which cannot be changed here`)
      continue
    }
    const before = known.get(id)
    if (framework === null && before === undefined) {
      wrong(
        ['id'],
        `there is no framework ${quoted(id)}${suggestion(id, [...known.keys()])}; controls are missing to make it one`,
      )
      continue
    }
    const after = framework ?? { ...before!, sources: { ...before!.sources, ...file.sources } }
    known.set(id, after)
    // A framework that is replaced is mapped anew.
    if (framework !== null) for (const [policy, { [id]: _, ...rest }] of controls) controls.set(policy, rest)
    for (const [policy, wanted] of mapping) {
      const own = controls.get(policy)
      if (own === undefined) {
        wrong(['policies', policy], `there is no policy ${quoted(policy)}${suggestion(policy, [...controls.keys()])}`)
        continue
      }
      const sound = [...wanted].filter(([control, source]) => {
        const reason = mappingProblem(after, control, source)
        if (reason !== null) wrong(['policies', policy, control], reason)
        return reason === null
      })
      own[id] = Object.fromEntries(sound)
    }
  }
  return {
    frameworks: [...known.values()],
    policies: policies.map((policy) => ({ ...policy, controls: controls.get(policy.id) ?? policy.controls })),
    problems,
  }
}

/**
 * `ringfence permissions`: who may do what, as text, JSON or a Mermaid diagram, and what a change changes of it. What
 * every API server grants by itself is left out.
 */
import type { Rule } from '../relate/index/grants-rules.js'
import { type Grant, isSymbol, type SubjectPermissions } from '../relate/resolve/permissions.js'
import type { RelateFormat, Rows } from './environments.js'
import { jsonText, logLine, plain } from './escape.js'
import { columns } from './frame.js'
import { count } from './words.js'

/** What one subject may do with one resource in one scope, before and after; empty: nothing. */
interface PermissionChange {
  readonly subject: string
  /** A namespace; null: the whole cluster; '': nobody stated it. */
  readonly namespace: string | null
  /** As `resourcesOf` writes it. */
  readonly resource: string
  /** Sorted. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** By subject, namespace and resource. */
function changesOf(
  base: readonly SubjectPermissions[],
  head: readonly SubjectPermissions[],
): readonly PermissionChange[] {
  const before = verbsByKey(base)
  const after = verbsByKey(head)
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)]
    const of = (now ?? old)?.of
    if (of === undefined) return []
    const change = { ...of, before: sorted(old?.verbs), after: sorted(now?.verbs) }
    return change.before.join() === change.after.join() ? [] : [change]
  })
}

type Verbs = {
  readonly of: Pick<PermissionChange, 'subject' | 'namespace' | 'resource'>
  readonly verbs: Set<string>
}

function verbsByKey(list: readonly SubjectPermissions[]): ReadonlyMap<string, Verbs> {
  const found = new Map<string, Verbs>()
  for (const { text: subject, grants } of list) {
    for (const { scope, rules } of grants.filter(isDeclared)) {
      for (const { rule } of rules) {
        for (const resource of resourcesOf(rule)) {
          const namespace = namespaceOf(scope)
          const key = [subject, namespace ?? '*', resource].join('\0')
          const known = found.get(key) ?? { of: { subject, namespace, resource }, verbs: new Set<string>() }
          found.set(key, known)
          for (const verb of rule.verbs) known.verbs.add(verb)
        }
      }
    }
  }
  return found
}

const sorted = (verbs: ReadonlySet<string> = new Set()): readonly string[] => [...verbs].sort()

/** `base` null: the permissions; else what changed from it. Ends in a newline. */
export function formatPermissions(
  head: readonly SubjectPermissions[],
  base: readonly SubjectPermissions[] | null,
  format: RelateFormat,
): string {
  switch (format) {
    case 'text':
      return base === null ? textOf(head) : textOfChanges(changesOf(base, head))
    case 'json':
      return jsonText(permissionRows(head, base))
    case 'mermaid':
      return mermaidOf(head, base)
  }
}

/** What JSON says: `permissions`, and `changes` where there is a base. */
export function permissionRows(head: readonly SubjectPermissions[], base: readonly SubjectPermissions[] | null): Rows {
  return {
    permissions: head.map(jsonOf),
    ...(base === null ? {} : { changes: changesOf(base, head) }),
  }
}

const isDeclared = ({ binding }: Grant): boolean => binding !== null

/* ----------------------------------------------------------------- words */

/** `pods`, `deployments.apps/scale`, `pods named a, b`, `/metrics`; each resource of each group by itself. */
function resourcesOf({ apiGroups, resources, resourceNames, nonResourceURLs }: Rule): readonly string[] {
  const names = resourceNames.length === 0 ? '' : ` named ${[...resourceNames].sort().join(', ')}`
  const qualified = apiGroups.flatMap((group) =>
    resources.map((resource) => {
      const [name = '', ...subresource] = resource.split('/')
      return `${[group === '' ? name : `${name}.${group}`, ...subresource].join('/')}${names}`
    }),
  )
  return [...qualified, ...nonResourceURLs]
}

const namespaceOf = (scope: string): string | null => (scope === '' ? null : isSymbol(scope) ? '' : scope)

function whereText(namespace: string | null): string {
  if (namespace === null) return 'in the whole cluster'
  return namespace === '' ? 'in its own namespace' : `in namespace ${namespace}`
}

/* ------------------------------------------------------------------ text */

function textOf(list: readonly SubjectPermissions[]): string {
  if (list.length === 0) return 'nobody is granted anything\n'
  const blocks = list.map(({ text, grants }) => [
    logLine(plain(text)),
    ...grants.filter(isDeclared).flatMap(grantLines),
  ])
  const bindings = new Set(
    list.flatMap(({ grants }) => grants.filter(isDeclared).map(({ bindingText }) => bindingText)),
  )
  const summary = `${count(list.length, 'subject')}, ${count(bindings.size, 'binding')}`
  return `${[...blocks.flatMap((block) => [...block, '']), summary].join('\n')}\n`
}

function grantLines({ bindingText, roleText, scope, rules, unknown }: Grant): readonly string[] {
  const title = `  ${whereText(namespaceOf(scope))}, by ${bindingText} → ${roleText}`
  const rows = rules.map(({ rule, roleText: from, index }) => [
    rule.verbs.join(', '),
    resourcesOf(rule).join(', '),
    `${from === roleText ? '' : `${from}, `}rule ${index + 1}`,
  ])
  const lines = [
    ...aligned(rows.flatMap(inLines)).map((row) => `    ${row}`),
    ...(unknown === null ? [] : [`    not known: ${plain(unknown)}`]),
  ]
  return [logLine(plain(title)), ...(lines.length === 0 ? ['    nothing'] : lines)]
}

/** Verbs and resources are lists of any length: columns of these widths, and as many lines as that takes. */
const [VERBS, RESOURCES] = [32, 60]

function inLines([verbs = '', resources = '', from = '']: readonly string[]): readonly (readonly string[])[] {
  const [left, right] = [folded(verbs, VERBS), folded(resources, RESOURCES)]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, line) => [
    left[line] ?? '',
    right[line] ?? '',
    line === 0 ? from : '',
  ])
}

/** A list with commas, in lines of at most `width` where its items allow it. */
function folded(list: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const item of list.split(/(?<=,) /)) {
    const last = lines.at(-1)
    if (last !== undefined && columns(last) + 1 + columns(item) <= width) lines[lines.length - 1] = `${last} ${item}`
    else lines.push(item)
  }
  return lines
}

function textOfChanges(changes: readonly PermissionChange[]): string {
  if (changes.length === 0) return 'no permission changes\n'
  const rows = changes.map(({ subject, namespace, resource, before, after }) => {
    const sign = before.length === 0 ? '+' : after.length === 0 ? '-' : '~'
    const [old, now] = [before.join(', '), after.join(', ')]
    return [
      `${sign} ${subject}`,
      whereText(namespace),
      resource,
      old === '' || now === '' ? old + now : `${old} → ${now}`,
    ]
  })
  return `${aligned(rows).join('\n')}\n`
}

/** Columns as wide as they need; nothing behind the last. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const table = rows.map((row) => row.map(plain))
  const widths = (table[0] ?? []).map((_, i) => table.reduce((most, row) => Math.max(most, columns(row[i] ?? '')), 0))
  const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - columns(cell)))
  return table.map((row) =>
    logLine(
      row
        .map((cell, i) => pad(cell, widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  )
}

/* ------------------------------------------------------------------ json */

function jsonOf({ subject, grants }: SubjectPermissions): object {
  const { kind, namespace, name } = subject
  return {
    subject: { kind, namespace: namespace === '' || isSymbol(namespace) ? null : namespace, name },
    grants: grants.filter(isDeclared).map(({ bindingText, roleText, scope, rules, unknown }) => ({
      binding: bindingText,
      role: roleText,
      namespace: namespaceOf(scope),
      rules: rules.map(({ rule, roleText: from, index }) => ({ ...rule, role: from, rule: index + 1 })),
      unknown,
    })),
  }
}

/* --------------------------------------------------------------- mermaid */

interface Edge {
  readonly subject: string
  readonly role: string
  /** The binding, and where it holds. */
  readonly label: string
}

/** Subjects to the roles that they are bound to; of a change, what is new is red, and what is gone is dotted. */
function mermaidOf(head: readonly SubjectPermissions[], base: readonly SubjectPermissions[] | null): string {
  const now = edgesOf(head)
  const old = base === null ? now : edgesOf(base)
  const all = [...new Map([...old, ...now])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const drawn = base === null ? all : all.filter(([key]) => now.has(key) !== old.has(key))
  const ids = new Map<string, string>()
  const idOf = (text: string): string => ids.get(text) ?? (ids.set(text, `n${ids.size}`), `n${ids.size - 1}`)
  const links = drawn.map(([key, { subject, role, label }]) => {
    const arrow = now.has(key) ? '-->' : '-.->'
    return `  ${idOf(subject)} ${arrow}|"${quoted(label)}"| ${idOf(role)}`
  })
  const roles = new Set(drawn.map(([, { role }]) => role))
  const nodes = [...ids].map(
    ([text, id]) => `  ${id}${roles.has(text) ? `["${quoted(text)}"]` : `(["${quoted(text)}"])`}`,
  )
  const fresh = drawn.flatMap(([key], i) => (old.has(key) ? [] : [i]))
  const styles = fresh.length === 0 ? [] : [`  linkStyle ${fresh.join()} stroke:#cf222e`]
  return `${['flowchart LR', ...nodes, ...links, ...styles].join('\n')}\n`
}

function edgesOf(list: readonly SubjectPermissions[]): ReadonlyMap<string, Edge> {
  const edges = list.flatMap(({ text, grants }) =>
    grants.filter(isDeclared).map(({ bindingText, roleText, scope }): Edge => {
      const namespace = namespaceOf(scope)
      // A Role is its namespace's own.
      const role =
        roleText.startsWith('Role ') && namespace !== null && namespace !== ''
          ? `Role ${namespace}/${roleText.slice(5)}`
          : roleText
      return { subject: text, role, label: `${bindingText}, ${whereText(namespace)}` }
    }),
  )
  return new Map(edges.map((edge) => [Object.values(edge).join('\0'), edge]))
}

/** Text in Mermaid's double quotes. */
function quoted(text: string): string {
  return plain(text).replace(/[^A-Za-z0-9 ./:_,-]/gu, (c) => `#${c.codePointAt(0) ?? 0};`)
}

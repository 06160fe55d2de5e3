/** `ringfence explain`: what there is, and why a policy exists, as text for a terminal. */
import type { Policy } from '../model.js'

/** Each policy that was asked for; all in a list where none was. Throws for one that does not exist. */
export function explain(wanted: readonly string[], policies: readonly Policy[]): string {
  if (wanted.length === 0) return list(policies)
  return wanted.map((id) => page(find(id, policies))).join('\n')
}

export class UnknownPolicy extends Error {}

function find(id: string, policies: readonly Policy[]): Policy {
  const found = policies.find(
    (policy) => policy.id === id || policy.aliases.includes(id) || policy.id.split('/')[1] === id,
  )
  if (found === undefined)
    throw new UnknownPolicy(`there is no policy ${JSON.stringify(id)}; \`ringfence explain\` lists them`)
  return found
}

function list(policies: readonly Policy[]): string {
  const width = Math.max(...policies.map(({ id }) => id.length))
  const rows = [...policies]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((p) => `${p.id.padEnd(width)}  ${p.severity.padEnd(8)}  stage ${p.stage}  ${p.title}`)
  return `${rows.join('\n')}\n`
}

function page(policy: Policy): string {
  const parameters = Object.entries(policy.parameters).map(
    ([name, p]) => `  ${name} (${p.type}, default ${JSON.stringify(p.default)}): ${p.description}`,
  )
  const controls = Object.entries(policy.controls).map(
    ([framework, ids]) => `  ${framework}: ${Object.keys(ids).join(', ')}`,
  )
  return [
    `${policy.id}: ${policy.title}`,
    `severity ${policy.severity}, stage ${policy.stage}, judges ${policy.judges.join(', ')}`,
    '',
    policy.description,
    '',
    `To mend it: ${policy.remediation}`,
    ...(parameters.length === 0 ? [] : ['', 'Parameters:', ...parameters]),
    '',
    'Gives evidence for:',
    ...controls,
    ...(policy.links.length === 0 ? [] : ['', ...policy.links]),
    '',
  ].join('\n')
}

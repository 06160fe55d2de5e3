/** What the tests on the platform share: a repository of one file, parsed and related as the gate does it. */
import type { Resource } from '../../../src/model.js'
import { parse } from '../../../src/parse/parse.js'
import { splitDocuments } from '../../../src/parse/split.js'
import type { PlatformFacts } from '../../../src/relate/resolve/platform.js'
import { relate, worldWithStandIns } from '../../../src/relate/relate.js'
import type { CarriedFile } from '../../../src/relate/platform/text.js'

const ENVIRONMENT = { name: null, label: null, trial: false }

/** The resources of a stream of documents. */
function resourcesOf(yaml: string, changes: Partial<Resource> = {}): readonly Resource[] {
  const documents = splitDocuments(yaml).documents.map(({ text, line }, document) => ({
    text,
    origin: {
      source: 'x.yaml',
      kind: 'manifest' as const,
      environment: ENVIRONMENT,
      file: 'x.yaml',
      document,
      line,
      hooks: [],
      vendored: null,
      role: 'judged' as const,
    },
  }))
  const { resources, unjudged } = parse(documents)
  if (unjudged.length > 0) throw new Error(unjudged.map(({ reason }) => reason).join('; '))
  return resources.map((resource) => ({ ...resource, ...changes }))
}

/** Every resource with its input, as the policies see it. */
export function relatedOf(yaml: string, changes: Partial<Resource> = {}): ReturnType<typeof relate> {
  return relate(worldWithStandIns(resourcesOf(yaml, changes), ENVIRONMENT))
}

/** The facts of every resource by `Kind/name`; the environment is `Environment/`. */
export function factsOf(yaml: string, changes: Partial<Resource> = {}): { readonly [name: string]: PlatformFacts } {
  return Object.fromEntries(
    [...relatedOf(yaml, changes)].map(({ resource, input }) => [
      `${resource.kind}/${resource.name}`,
      input.facts.platform,
    ]),
  )
}

/** Facts of one resource, which must be there. */
export function factOf(yaml: string, name: string): PlatformFacts {
  const facts = factsOf(yaml)[name]
  if (facts === undefined) throw new Error(`no ${name}`)
  return facts
}

export function fileOf(text: string, name = 'file'): CarriedFile {
  return { name, text, path: ['data', name] }
}

/** A ConfigMap that carries one file. */
export function configMap(name: string, key: string, text: string, namespace = 'logging'): string {
  const body = text
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata:\n  ${key}: |\n${body}`
}

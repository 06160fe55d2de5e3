/** Resources for tests of single steps: a manifest's text, as parse gives it. */
import { load } from 'js-yaml'
import type { Environment, KubernetesObject, Origin, Resource } from '../src/model.js'

export const EVERY: Environment = { name: null, label: null, trial: false }

export const environment = (name: string, trial = false): Environment => ({ name, label: `values-${name}.yaml`, trial })

/** Stated where the text states a namespace, else in the symbol of its release. */
export function resource(
  text: string,
  origin: Partial<Origin> = {},
  rest: Partial<Omit<Resource, 'object' | 'origin' | 'text'>> = {},
): Resource {
  const object = load(text) as KubernetesObject
  const { apiVersion, kind, metadata } = object
  return {
    id: 0,
    object,
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind,
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '~',
    namespaceStated: metadata.namespace !== undefined,
    path: [],
    origin: {
      source: 'all.yaml',
      kind: 'manifest',
      environment: EVERY,
      file: 'all.yaml',
      document: 0,
      line: 1,
      hooks: [],
      vendored: null,
      role: 'judged',
      ...origin,
    },
    text,
    force: { answer: 'yes', why: '' },
    declared: true,
    ...rest,
  }
}

export type { FileAccess, HelmDocument, HelmResult } from '../host/engines.js'
import type { Engines } from '../host/engines.js'

/** What renders. */
export type RenderEngines = Pick<Engines, 'helm' | 'kustomize'>

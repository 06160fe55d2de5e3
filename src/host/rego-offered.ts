/** The builtins that policies may use: those that OPA compiles into WebAssembly, and those of this host. */
import { BUILTINS } from './rego-builtins.js'
import { COMPILED_BUILTINS } from '../rego/compiled-builtins.js'

export const OFFERED_BUILTINS: readonly string[] = [...new Set([...COMPILED_BUILTINS, ...Object.keys(BUILTINS)])].sort()

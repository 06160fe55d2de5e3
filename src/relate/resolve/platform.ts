/** Being written. */
export interface PlatformFacts {
  readonly todo: null
}

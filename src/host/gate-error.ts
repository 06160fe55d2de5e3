/** The gate cannot do its work, and says why: exit code 2. */
export class GateError extends Error {}

// Package kubernetes stands in for client-go's. Helm imports it so that the
// build records client-go's version, from which it takes the default
// Capabilities.KubeVersion; the record is of go.mod's `require`, not of this.
package kubernetes

// Package rest stands in for client-go's: Helm's packages name its Config, and
// the engine never talks to a cluster.
package rest

// Config is what Helm would connect with.
type Config struct{}

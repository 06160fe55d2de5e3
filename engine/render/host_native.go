//go:build !wasip1

package main

// hostTree is empty outside of WebAssembly: tests bring their own tree.
type hostTree struct{}

func (hostTree) stat(string) kind           { return isNothing }
func (hostTree) list(string) []string       { return nil }
func (hostTree) read(string) ([]byte, bool) { return nil, false }

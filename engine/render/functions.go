package main

import (
	cryptorand "crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"github.com/google/uuid"
)

// deterministicFunctions replaces the template functions whose results differ
// between two runs of Helm, or that are too slow for a gate: a difference of
// two renders must be the author's doing. What reads only the clock or
// crypto/rand is left alone, since the host fixes both at every call.
func deterministicFunctions() template.FuncMap {
	all := sprig.TxtFuncMap()
	functions := template.FuncMap{}
	for _, name := range momentFunctions {
		if function, known := all[name]; known {
			functions[name] = function
		}
	}
	// Helm's own two, not sprig's: a client-side render knows no cluster and no DNS.
	functions["lookup"] = func(string, string, string, string) (map[string]any, error) { return map[string]any{}, nil }
	functions["getHostByName"] = func(string) string { return "" }

	// Without the monotonic reading, which would show when printed.
	functions["now"] = func() time.Time { return time.Now().Round(0) }

	// Go seeds math/rand and the order of maps once for an instance, so these
	// would depend on what was rendered before.
	chance := rand.New(rand.NewSource(1))
	functions["randInt"] = func(low, high int) int { return chance.Intn(high-low) + low }
	functions["shuffle"] = func(text string) string {
		runes := []rune(text)
		chance.Shuffle(len(runes), func(i, j int) { runes[i], runes[j] = runes[j], runes[i] })
		return string(runes)
	}
	functions["keys"] = sortedKeys
	functions["values"] = sortedValues

	// Real key generation takes seconds in WebAssembly, bcrypt 0.3 s a password.
	functions["genPrivateKey"] = privateKey
	functions["genCA"] = withFixedKey(all["genCAWithKey"])
	functions["genSelfSignedCert"] = withFixedKey(all["genSelfSignedCertWithKey"])
	functions["genSignedCert"] = withFixedKey(all["genSignedCertWithKey"])
	functions["bcrypt"] = looksLikeBcrypt
	functions["htpasswd"] = func(user, password string) string {
		if strings.Contains(user, ":") {
			return fmt.Sprintf("invalid username: %s", user)
		}
		return fmt.Sprintf("%s:%s", user, looksLikeBcrypt(password))
	}
	return functions
}

func sortedKeys(dicts ...map[string]any) []string {
	keys := []string{}
	for _, dict := range dicts {
		keys = append(keys, sorted(dict)...)
	}
	return keys
}

func sortedValues(dict map[string]any) []any {
	values := []any{}
	for _, key := range sorted(dict) {
		values = append(values, dict[key])
	}
	return values
}

func sorted(dict map[string]any) []string {
	keys := make([]string, 0, len(dict))
	for key := range dict {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// withFixedKey makes sprig's genX out of its genXWithKey, whose last parameter
// is the key. Sprig's certificate type is its own, so this goes by reflection.
func withFixedKey(withKey any) any {
	original := reflect.ValueOf(withKey)
	signature := original.Type()
	var in, out []reflect.Type
	for i := range signature.NumIn() - 1 {
		in = append(in, signature.In(i))
	}
	for i := range signature.NumOut() {
		out = append(out, signature.Out(i))
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, false), func(arguments []reflect.Value) []reflect.Value {
		return original.Call(append(arguments, reflect.ValueOf(privateKey("certificate"))))
	}).Interface()
}

// looksLikeBcrypt has the length, the alphabet and the limits of a bcrypt hash,
// and is none.
func looksLikeBcrypt(password string) string {
	if len(password) > 72 {
		return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
	}
	digest := sha512.Sum512([]byte(password))
	encoding := base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)
	return "$2a$10$" + encoding.EncodeToString(digest[:])[:53]
}

// A replay is a source of chance that can be wound back: what a second render
// of the same templates draws is what the first one drew.
type replay struct {
	from  io.Reader
	drawn []byte
	at    int
}

// randomness is what all template functions draw from.
var randomness = &replay{from: cryptorand.Reader}

func init() {
	cryptorand.Reader = randomness
	uuid.SetRand(randomness) // which took the other one when it was loaded
}

// restart forgets what was drawn: another request begins.
func (r *replay) restart() { r.drawn, r.at = nil, 0 }

func (r *replay) rewind() { r.at = 0 }

func (r *replay) Read(p []byte) (int, error) {
	if missing := r.at + len(p) - len(r.drawn); missing > 0 {
		more := make([]byte, missing)
		if _, err := io.ReadFull(r.from, more); err != nil {
			return 0, err
		}
		r.drawn = append(r.drawn, more...)
	}
	n := copy(p, r.drawn[r.at:])
	r.at += n
	return n, nil
}

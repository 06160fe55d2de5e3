package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"

	"ringfence/engine/abi"
)

// overrides are the values flags of Helm's command line.
type overrides struct {
	Set        []string `json:"set"`
	SetString  []string `json:"setString"`
	SetJSON    []string `json:"setJson"`
	SetLiteral []string `json:"setLiteral"`
}

// mergeValues is pkg/cli/values MergeValues with the files already read.
func mergeValues(layers []abi.Content, flags overrides) (map[string]any, error) {
	merged := map[string]any{}
	for _, layer := range layers {
		values, err := loader.LoadValues(bytes.NewReader(layer.Data))
		if err != nil {
			return nil, &loadError{layer.Name, fmt.Errorf("failed to parse %s: %w", layer.Name, err)}
		}
		merged = loader.MergeMaps(merged, values)
	}
	for _, flag := range flags.SetJSON {
		if object := strings.TrimSpace(flag); strings.HasPrefix(object, "{") {
			var values map[string]any
			if err := json.Unmarshal([]byte(object), &values); err != nil {
				return nil, fmt.Errorf("failed parsing --set-json data JSON: %s", flag)
			}
			merged = loader.MergeMaps(merged, values)
		} else if err := strvals.ParseJSON(flag, merged); err != nil {
			return nil, fmt.Errorf("failed parsing --set-json data %s", flag)
		}
	}
	for _, flag := range flags.Set {
		if err := strvals.ParseInto(flag, merged); err != nil {
			return nil, fmt.Errorf("failed parsing --set data: %w", err)
		}
	}
	for _, flag := range flags.SetString {
		if err := strvals.ParseIntoString(flag, merged); err != nil {
			return nil, fmt.Errorf("failed parsing --set-string data: %w", err)
		}
	}
	for _, flag := range flags.SetLiteral {
		if err := strvals.ParseLiteralInto(flag, merged); err != nil {
			return nil, fmt.Errorf("failed parsing --set-literal data: %w", err)
		}
	}
	return merged, nil
}

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// addCustom adds the kinds of every CustomResourceDefinition in the YAML files below dir.
func addCustom(t *table, dir string) error {
	found := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, document := range bytes.Split(text, []byte("\n---")) {
			if !bytes.Contains(document, []byte("kind: CustomResourceDefinition")) || bytes.Contains(document, []byte("{{")) {
				continue
			}
			var crd apiextensionsv1.CustomResourceDefinition
			if err := yaml.Unmarshal(document, &crd); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			found++
			if err := addDefinition(t, &crd); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		return nil
	})
	if err == nil && found == 0 {
		err = fmt.Errorf("%s: no CustomResourceDefinition", dir)
	}
	return err
}

func addDefinition(t *table, crd *apiextensionsv1.CustomResourceDefinition) error {
	for _, version := range crd.Spec.Versions {
		if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
			continue
		}
		schema := version.Schema.OpenAPIV3Schema
		delete(schema.Properties, "status")
		fields, err := properties(t, schema)
		if err != nil {
			return err
		}
		// What every object has, whether the schema says it or not.
		fields["apiVersion"], fields["kind"], fields["metadata"] = "s", "s", "*"
		object, err := t.add(fields)
		if err != nil {
			return err
		}
		t.addKind(crd.Spec.Group, version.Name, crd.Spec.Names.Kind, object, crd.Spec.Scope == apiextensionsv1.NamespaceScoped)
	}
	return nil
}

func properties(t *table, schema *apiextensionsv1.JSONSchemaProps) (map[string]string, error) {
	fields := map[string]string{}
	// In order, so that types are numbered the same on every run.
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name]
		word, err := schemaWord(t, &property)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = word
	}
	return fields, nil
}

// schemaWord writes a schema in the table's notation. What the table cannot say is anything.
func schemaWord(t *table, schema *apiextensionsv1.JSONSchemaProps) (string, error) {
	if schema.XIntOrString {
		return "x", nil
	}
	switch schema.Type {
	case "string":
		if schema.Format == "byte" {
			return "y", nil
		}
		return "s", nil
	case "boolean":
		return "b", nil
	case "integer":
		if schema.Format == "int32" {
			return "i", nil
		}
		return "l", nil
	case "number":
		return "f", nil
	case "array":
		if schema.Items == nil || schema.Items.Schema == nil {
			return "[*", nil
		}
		elem, err := schemaWord(t, schema.Items.Schema)
		return "[" + elem, err
	case "object":
		return objectWord(t, schema)
	default:
		return "*", nil
	}
}

func objectWord(t *table, schema *apiextensionsv1.JSONSchemaProps) (string, error) {
	if len(schema.Properties) == 0 {
		if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
			elem, err := schemaWord(t, schema.AdditionalProperties.Schema)
			return "{" + elem, err
		}
		return "{*", nil
	}
	fields, err := properties(t, schema)
	if err != nil {
		return "", err
	}
	// Fields nobody declared are kept here, so none is a mistake.
	if schema.XPreserveUnknownFields != nil && *schema.XPreserveUnknownFields || schema.AdditionalProperties != nil {
		fields["*"] = "*"
	}
	object, err := t.add(fields)
	return fmt.Sprintf("#%d", object), err
}

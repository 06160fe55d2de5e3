package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	calicov3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	admissionregistrationv1alpha1 "k8s.io/api/admissionregistration/v1alpha1"
	admissionregistrationv1beta1 "k8s.io/api/admissionregistration/v1beta1"
	appsv1 "k8s.io/api/apps/v1"
	appsv1beta1 "k8s.io/api/apps/v1beta1"
	appsv1beta2 "k8s.io/api/apps/v1beta2"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	certificatesv1 "k8s.io/api/certificates/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	networkingv1 "k8s.io/api/networking/v1"
	networkingv1beta1 "k8s.io/api/networking/v1beta1"
	nodev1 "k8s.io/api/node/v1"
	policyv1 "k8s.io/api/policy/v1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	rbacv1 "k8s.io/api/rbac/v1"
	rbacv1alpha1 "k8s.io/api/rbac/v1alpha1"
	rbacv1beta1 "k8s.io/api/rbac/v1beta1"
	resourcev1 "k8s.io/api/resource/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// addBuiltIn adds what the API server serves itself, with the old versions that manifests still state.
func addBuiltIn(t *table) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionregistrationv1.AddToScheme, admissionregistrationv1beta1.AddToScheme, admissionregistrationv1alpha1.AddToScheme,
		appsv1.AddToScheme, appsv1beta1.AddToScheme, appsv1beta2.AddToScheme,
		authenticationv1.AddToScheme, authorizationv1.AddToScheme,
		autoscalingv1.AddToScheme, autoscalingv2.AddToScheme,
		batchv1.AddToScheme, batchv1beta1.AddToScheme, certificatesv1.AddToScheme, coordinationv1.AddToScheme,
		corev1.AddToScheme, discoveryv1.AddToScheme, eventsv1.AddToScheme, extensionsv1beta1.AddToScheme,
		flowcontrolv1.AddToScheme, networkingv1.AddToScheme, networkingv1beta1.AddToScheme, nodev1.AddToScheme,
		policyv1.AddToScheme, policyv1beta1.AddToScheme,
		rbacv1.AddToScheme, rbacv1beta1.AddToScheme, rbacv1alpha1.AddToScheme,
		resourcev1.AddToScheme, schedulingv1.AddToScheme, storagev1.AddToScheme,
		apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	return addScheme(t, scheme, "k8s.io/api", "k8s.io/apiextensions-apiserver")
}

// addCalico adds Calico's kinds: as its API server takes them, and as they are stored, which manifests state as well.
func addCalico(t *table) error {
	scheme := runtime.NewScheme()
	if err := calicov3.AddToScheme(scheme); err != nil {
		return err
	}
	if err := addScheme(t, scheme, "github.com/projectcalico/api"); err != nil {
		return err
	}
	for name, kind := range t.kinds {
		if bare, ok := strings.CutPrefix(name, "projectcalico.org/v3/"); ok {
			t.kinds["crd.projectcalico.org/v1/"+bare] = kind
		}
	}
	return nil
}

// addScheme adds every kind of a scheme that one of the modules declares a client for: lists and options have none.
func addScheme(t *table, scheme *runtime.Scheme, modules ...string) error {
	scopes, err := scopesIn(modules...)
	if err != nil {
		return err
	}
	r := &reflector{table: t, seen: map[reflect.Type]int{}}
	known := scheme.AllKnownTypes()
	kinds := make([]schema.GroupVersionKind, 0, len(known))
	for gvk := range known {
		kinds = append(kinds, gvk)
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i].String() < kinds[j].String() })
	for _, gvk := range kinds {
		goType := known[gvk]
		scope, served := scopes[goType.PkgPath()+"."+goType.Name()]
		if !served || gvk.Version == runtime.APIVersionInternal || strings.HasSuffix(gvk.Kind, "List") {
			continue
		}
		object, err := r.object(goType)
		if err != nil {
			return fmt.Errorf("%s: %w", gvk, err)
		}
		t.addKind(gvk.Group, gvk.Version, gvk.Kind, object, scope == "namespaced")
	}
	return nil
}

// scopesIn reads the scope of every kind with a generated client from the markers above its type: reflection does not
// see them.
func scopesIn(modules ...string) (map[string]string, error) {
	scopes := map[string]string{}
	for _, module := range modules {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			return nil, fmt.Errorf("go list -m %s: %w", module, err)
		}
		root := strings.TrimSpace(string(out))
		err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			folder, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			return scopesInFile(path, module+"/"+filepath.ToSlash(folder), scopes)
		})
		if err != nil {
			return nil, err
		}
	}
	return scopes, nil
}

func scopesInFile(path, pkg string, scopes map[string]string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		types, ok := decl.(*ast.GenDecl)
		if !ok || types.Tok != token.TYPE {
			continue
		}
		for _, spec := range types.Specs {
			name := spec.(*ast.TypeSpec).Name.Name
			// The markers stand above the doc comment, often in a comment group of their own.
			markers := ""
			for _, group := range file.Comments {
				if group.End() < types.Pos() && types.Pos()-group.End() < 4000 && !declaredBetween(file, group.End(), types.Pos()) {
					markers += rawText(group)
				}
			}
			if strings.Contains(markers, "+genclient:nonNamespaced") {
				scopes[pkg+"."+name] = "cluster"
			} else if strings.Contains(markers, "+genclient") {
				scopes[pkg+"."+name] = "namespaced"
			}
		}
	}
	return nil
}

func declaredBetween(file *ast.File, from, to token.Pos) bool {
	for _, decl := range file.Decls {
		if decl.Pos() > from && decl.Pos() < to || decl.Pos() <= from && decl.End() > from {
			return true
		}
	}
	return false
}

func rawText(group *ast.CommentGroup) string {
	text := ""
	for _, comment := range group.List {
		text += comment.Text + "\n"
	}
	return text
}

type reflector struct {
	table *table
	seen  map[reflect.Type]int
}

var (
	quantityType    = reflect.TypeOf(resource.Quantity{})
	intOrStringType = reflect.TypeOf(intstr.IntOrString{})
	timeTypes       = map[reflect.Type]bool{
		reflect.TypeOf(metav1.Time{}): true, reflect.TypeOf(metav1.MicroTime{}): true, reflect.TypeOf(metav1.Duration{}): true,
	}
	unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
)

// word writes a Go type in the table's notation, as encoding/json decodes into it.
func (r *reflector) word(t reflect.Type) (string, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == quantityType:
		return "q", nil
	case t == intOrStringType:
		return "x", nil
	case timeTypes[t]:
		return "s", nil
	case reflect.PointerTo(t).Implements(unmarshaler):
		// Raw extensions, JSON schemas' unions: they take what they are given.
		return "*", nil
	}
	switch t.Kind() {
	case reflect.String:
		return "s", nil
	case reflect.Bool:
		return "b", nil
	case reflect.Int32, reflect.Uint32, reflect.Int16, reflect.Uint16, reflect.Int8, reflect.Uint8:
		return "i", nil
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "l", nil
	case reflect.Float32, reflect.Float64:
		return "f", nil
	case reflect.Interface:
		return "*", nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "y", nil
		}
		elem, err := r.word(t.Elem())
		return "[" + elem, err
	case reflect.Map:
		elem, err := r.word(t.Elem())
		return "{" + elem, err
	case reflect.Struct:
		object, err := r.object(t)
		return fmt.Sprintf("#%d", object), err
	default:
		return "", fmt.Errorf("no word for %s", t)
	}
}

func (r *reflector) object(t reflect.Type) (int, error) {
	if at, ok := r.seen[t]; ok {
		return at, nil
	}
	at := r.table.reserve()
	r.seen[t] = at
	fields := map[string]string{}
	if err := r.fields(t, fields); err != nil {
		return 0, err
	}
	r.table.objects[at] = fields
	return at, nil
}

func (r *reflector) fields(t reflect.Type, into map[string]string) error {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() {
			continue
		}
		if name == "" {
			if !field.Anonymous {
				name = field.Name
			} else {
				inner := field.Type
				for inner.Kind() == reflect.Pointer {
					inner = inner.Elem()
				}
				if err := r.fields(inner, into); err != nil {
					return err
				}
				continue
			}
		}
		word, err := r.word(field.Type)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, field.Name, err)
		}
		into[name] = word
	}
	return nil
}

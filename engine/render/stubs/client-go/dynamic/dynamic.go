// Package dynamic stands in for client-go's: `lookup` against a cluster is
// compiled into Helm, and never called.
package dynamic

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// Object takes the place of unstructured.Unstructured and UnstructuredList.
type Object struct{}

// UnstructuredContent is empty.
func (*Object) UnstructuredContent() map[string]any { return nil }

// ResourceInterface has the two verbs that Helm uses.
type ResourceInterface interface {
	Get(ctx context.Context, name string, options metav1.GetOptions, subresources ...string) (*Object, error)
	List(ctx context.Context, options metav1.ListOptions) (*Object, error)
}

// NamespaceableResourceInterface is a resource that may be narrowed to a namespace.
type NamespaceableResourceInterface interface {
	Namespace(string) ResourceInterface
	ResourceInterface
}

// Interface finds a resource's client.
type Interface interface {
	Resource(resource schema.GroupVersionResource) NamespaceableResourceInterface
}

// NewForConfig always fails.
func NewForConfig(*rest.Config) (Interface, error) { return nil, errors.New("there is no cluster") }

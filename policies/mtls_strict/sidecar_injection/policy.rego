# METADATA
# scope: package
# title: "Sidecar injection"
# description: "A workload without a proxy has no mesh identity: it speaks plain text, no mTLS mode and no AuthorizationPolicy holds for it, and STRICT servers refuse it."
# related_resources:
#   - https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
#   - https://istio.io/latest/docs/reference/config/analysis/ist0102/
#   - https://istio.io/latest/docs/reference/config/analysis/ist0123/
#   - https://kyverno.io/policies/istio/enforce-sidecar-injection-namespace/enforce-sidecar-injection-namespace/
#   - https://kyverno.io/policies/istio/prevent-disabling-injection-pods/prevent-disabling-injection-pods/
# custom:
#   severity: medium
#   stage: 3
#   judges: [pod, Namespace]
#   remediation: "Label the namespace istio-injection=enabled, istio.io/rev or istio.io/dataplane-mode=ambient, one of them alone, and take back what opts a workload out."
#   owner: namespace
#   controls:
#     iso-27001-2022: {A.8.24: J, A.8.5: J}
#     gdpr: {Art. 32(1)(a): J}
package policies.mtls_strict.sidecar_injection

import data.lib.words

applies if "istio" in input.facts.mesh.meshes

findings contains {
	"path": _workload.enrolledPath,
	"message": $"{_name} keeps out of the mesh: {_workload.enrolled.why}",
	"fix": {"remove": true},
} if {
	_opted_out
	_workload.enrolledPath[count(_workload.enrolledPath) - 1] != "hostNetwork"
}

# On the host network no sidecar can be: that matters where one is expected.
findings contains {
	"path": _workload.enrolledPath,
	"message": $"{_name} cannot be in the mesh that its namespace enrols it in: {_workload.enrolled.why}",
} if {
	_opted_out
	_workload.enrolledPath[count(_workload.enrolledPath) - 1] == "hostNetwork"
	_workload.namespaceEnrols.answer == "yes"
}

# As Istio's analyzer: a sidecar comes when a pod is made, and nothing makes a bare pod again.
findings contains {
	"path": array.concat(input.pod.path, ["containers"]),
	"message": $"{_name} carries no istio-proxy, and a bare pod that exists already is never injected",
	"elsewhere": true,
} if {
	input.resource.kind == "Pod"
	_workload.applies
	_workload.mesh == "istio"
	_workload.enrolled.answer == "yes"
	not _workload.ambient
	not _workload.proxied
}

findings contains {
	"path": _namespace.istioPath,
	"message": $"namespace {input.resource.metadata.name} enrols its pods in no mesh: {_namespace.istio.why}",
	"elsewhere": count(input.facts.mesh.meshes) == 0,
} if {
	_expected
	count(_namespace.conflicts) == 0
	_namespace.istio.answer == "no"
	_namespace.linkerd.answer != "yes"
}

findings contains {
	"path": _namespace.istioPath,
	"message": $"namespace {input.resource.metadata.name} asks for two ways into the mesh at once: {_conflicts}",
} if {
	count(_namespace.conflicts) > 0
}

unknowns contains {
	"path": ["metadata", "labels", "istio-injection"],
	"message": $"{_spoken} is declared elsewhere: whether it enrols its pods in the mesh cannot be told",
} if {
	input.declared == false
	not _namespace.system
	_namespace.undecided.istio > 0
}

_workload := input.facts.mesh.workload

_namespace := input.facts.mesh.namespace

_name := $"{input.resource.kind} {words.name}"

_conflicts := concat(" and ", _namespace.conflicts)

_opted_out if {
	_workload.applies
	_workload.mesh == "istio"
	_workload.optsOut
}

# A namespace is expected to enrol its pods where Istio is used here, and where it is all that is declared: then it is
# the one place to say so.
_expected if {
	input.declared
	not _namespace.system
	"istio" in input.facts.mesh.meshes
}

_expected if {
	input.declared
	not _namespace.system
	count(input.facts.mesh.meshes) == 0
	_namespace.alone
}

_spoken := "the namespace" if input.resource.metadata.name == ""

_spoken := $"namespace {input.resource.metadata.name}" if input.resource.metadata.name != ""

# METADATA
# scope: package
# title: "Authorization denies by default"
# description: "mTLS says who calls; without an AuthorizationPolicy every workload of the mesh may call every other one. Where any ALLOW policy holds for a workload, what no rule lets in is refused."
# related_resources:
#   - https://istio.io/latest/docs/concepts/security/#implicit-enablement
#   - https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns
#   - https://kyverno.io/policies/istio/require-authorizationpolicy/require-authorizationpolicy/
# custom:
#   severity: medium
#   stage: 3
#   judges: [Namespace]
#   remediation: "Add an AuthorizationPolicy with an empty spec to the namespace, or to the root namespace for the whole mesh, and one that allows what each workload needs."
#   owner: namespace
#   controls:
#     iso-27001-2022: {A.8.21: J, A.8.5: J}
#     gdpr: {Art. 5(1)(f): J}
package policies.mtls_strict.authorization_default_deny

import data.lib.words

applies if _judged

findings contains {
	"path": ["metadata", "name"],
	"message": $"{words.namespace} lets every caller in: {_namespace.deniesByDefault.why}",
	"elsewhere": _elsewhere,
	"related": _namespace.deniesByDefault.by,
} if {
	_judged
	_namespace.deniesByDefault.answer == "no"
}

unknowns contains {
	"path": ["metadata", "name"],
	"message": $"whether {words.namespace} denies by default cannot be told: {_namespace.deniesByDefault.why}",
} if {
	_judged
	_namespace.deniesByDefault.answer == "unknown"
}

_namespace := input.facts.mesh.namespace

# A namespace that is in the mesh, or holds workloads that may be.
_judged if {
	"istio" in input.facts.mesh.meshes
	not _namespace.system
	_namespace.istio.answer == "yes"
}

_judged if {
	"istio" in input.facts.mesh.meshes
	not _namespace.system
	_namespace.istio.answer != "yes"
	_namespace.members > 0
}

# The policies of a namespace stand beside its workloads as a rule.
_elsewhere if input.declared == false

_elsewhere if _namespace.members == 0

_elsewhere := false if {
	input.declared
	_namespace.members > 0
}

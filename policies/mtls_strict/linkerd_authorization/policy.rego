# METADATA
# scope: package
# title: "Linkerd authorization"
# description: "Linkerd encrypts by itself, but lets everyone in, also clients outside the mesh, until a default policy or a Server with authorizations says who may call."
# related_resources:
#   - https://linkerd.io/2/reference/authorization-policy/
#   - https://kyverno.io/policies/linkerd/check-linkerd-authorizationpolicy/check-linkerd-authorizationpolicy/
#   - https://kyverno.io/policies/linkerd/require-linkerd-server/require-linkerd-server/
# custom:
#   severity: medium
#   stage: 3
#   judges: [pod, AuthorizationPolicy.policy.linkerd.io, ServerAuthorization.policy.linkerd.io, Server.policy.linkerd.io, MeshTLSAuthentication.policy.linkerd.io]
#   remediation: "Set config.linkerd.io/default-inbound-policy to deny or all-authenticated, declare a Server for each port, and demand a mesh identity (MeshTLSAuthentication or ServiceAccount) in its AuthorizationPolicy."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.21: J, A.8.5: J}
#     gdpr: {Art. 5(1)(f): J}
package policies.mtls_strict.linkerd_authorization

import data.lib.words

applies if "linkerd" in input.facts.mesh.meshes

findings contains {
	"path": _workload.path,
	"message": $"{input.resource.kind} {words.name} lets clients in without a mesh identity: {_workload.strict.why}",
	"elsewhere": _workload.elsewhere,
	"related": _workload.strict.by,
} if {
	_member
	_workload.strict.answer == "no"
}

unknowns contains {
	"path": _workload.path,
	"message": $"whether {input.resource.kind} {words.name} demands a mesh identity cannot be told: {_workload.strict.why}",
} if {
	_member
	_workload.strict.answer == "unknown"
}

findings contains {
	"path": reference.path,
	"message": $"{reference.what} is not declared here, so the policy holds nothing",
	"elsewhere": true,
} if {
	some reference in input.facts.mesh.linkerd.missing
}

findings contains {
	"path": ["spec", "requiredAuthenticationRefs"],
	"message": "clients need no mesh identity: no MeshTLSAuthentication or ServiceAccount is required",
} if {
	input.resource.kind == "AuthorizationPolicy"
	input.facts.mesh.linkerd.demandsIdentity == false
}

findings contains {
	"path": ["spec", "client", "unauthenticated"],
	"message": "clients without a mesh identity are let in",
	"fix": {"remove": true},
} if {
	input.resource.kind == "ServerAuthorization"
	input.resource.spec.client.unauthenticated == true
}

findings contains {
	"path": ["spec", "client", "meshTLS", "unauthenticatedTLS"],
	"message": "clients that encrypt, but have no identity, are let in",
	"fix": {"remove": true},
} if {
	input.resource.kind == "ServerAuthorization"
	input.resource.spec.client.meshTLS.unauthenticatedTLS == true
}

findings contains {
	"path": ["spec", "client", "meshTLS", "identities", i],
	"message": "every identity of the mesh is let in",
} if {
	input.resource.kind == "ServerAuthorization"
	some i, "*" in input.resource.spec.client.meshTLS.identities
}

findings contains {
	"path": ["spec", "identities", i],
	"message": "every identity of the mesh is accepted",
} if {
	input.resource.kind == "MeshTLSAuthentication"
	some i, "*" in input.resource.spec.identities
}

findings contains {
	"path": ["spec", "accessPolicy"],
	"message": $"access policy {policy} lets in clients that no authorization names",
	"fix": {"remove": true},
} if {
	input.resource.kind == "Server"
	policy := input.resource.spec.accessPolicy
	policy in {"all-unauthenticated", "cluster-unauthenticated", "audit"}
}

_workload := input.facts.mesh.workload

_member if {
	_workload.applies
	_workload.mesh == "linkerd"
	_workload.enrolled.answer == "yes"
}

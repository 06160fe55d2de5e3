# METADATA
# scope: package
# title: "AuthorizationPolicy that allows everyone"
# description: "An ALLOW rule that narrows neither who calls nor what is called undoes every other restriction on the workloads it holds."
# related_resources:
#   - https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy
# custom:
#   severity: high
#   stage: 3
#   judges: [AuthorizationPolicy.security.istio.io]
#   remediation: "Name the callers in from.source (principals, serviceAccounts or namespaces), and what they may call in to.operation."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.21: J, A.8.5: J}
#     gdpr: {Art. 5(1)(f): J}
package policies.mtls_strict.authorization_allow_all

findings contains {
	"path": rule.path,
	"message": $"{_who[rule.to]} may call {_policy.reach}",
} if {
	_policy.action == "ALLOW"
	some rule in _policy.open
}

_policy := input.facts.mesh.authorization

_who := {
	"anyone": "anyone, in the mesh or not,",
	"every identity": "every workload with a mesh identity",
}

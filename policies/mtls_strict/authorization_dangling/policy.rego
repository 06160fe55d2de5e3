# METADATA
# scope: package
# title: "AuthorizationPolicy that holds nothing"
# description: "A policy that selects no workload, or names callers that do not exist, protects nothing while it looks as if it did."
# related_resources:
#   - https://istio.io/latest/docs/reference/config/analysis/ist0127/
#   - https://istio.io/latest/docs/reference/config/analysis/ist0101/
# custom:
#   severity: medium
#   stage: 3
#   judges: [AuthorizationPolicy.security.istio.io]
#   remediation: "Make the selector match the labels of the pod template, and name namespaces and service accounts that exist."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.21: J}
package policies.mtls_strict.authorization_dangling

findings contains {
	"path": reference.path,
	"message": reference.what,
	"elsewhere": reference.elsewhere,
} if {
	some reference in input.facts.mesh.authorization.dangling
	reference.found == "no"
}

unknowns contains {
	"path": reference.path,
	"message": reference.what,
} if {
	some reference in input.facts.mesh.authorization.dangling
	reference.found == "unknown"
}

# It looks like a protection, and is evaluated for the log alone.
findings contains {
	"path": ["metadata", "annotations", "istio.io/dry-run"],
	"message": $"the {input.facts.mesh.authorization.action} policy is not enforced: it is a dry run",
	"fix": {"remove": true},
} if {
	input.facts.mesh.authorization.dryRun
}

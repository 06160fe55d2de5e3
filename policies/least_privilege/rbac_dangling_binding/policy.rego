# METADATA
# scope: package
# title: "RBAC: dangling bindings"
# description: "A binding to a role or service account that does not exist waits for whoever creates one by that name, and hides what is granted from review."
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
# custom:
#   severity: low
#   stage: 1
#   judges: [RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Correct the name, declare what is missing beside the binding, or remove the binding."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.18: P}
#     gdpr: {Art. 25(2): J}
package policies.least_privilege.rbac_dangling_binding

findings contains {"path": role.path, "message": role.why, "elsewhere": role.found == "unknown"} if {
	role := input.facts.grants.role
	role.found != "yes"
}

findings contains {
	"path": array.concat(subject.path, ["name"]),
	"message": $"{subject.text} is not declared here",
	"elsewhere": true,
} if {
	some subject in input.facts.grants.subjects
	subject.declared == "no"
}

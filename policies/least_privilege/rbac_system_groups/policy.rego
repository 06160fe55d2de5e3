# METADATA
# scope: package
# title: "RBAC: bindings to system groups"
# description: "A role for system:unauthenticated, system:authenticated or all service accounts is a role for people and workloads that nobody has counted; system:masters cannot even be taken back."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
#   - https://open-policy-agent.github.io/gatekeeper-library/website/validation/disallowanonymous/
# custom:
#   severity: high
#   stage: 1
#   judges: [RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Name the users, groups or service accounts that need the role."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.5.16: J}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Subjects that may be bound, and roles that may be bound to any, as patterns: Group/system:authenticated, ClusterRole/system:service-account-issuer-discovery."
package policies.least_privilege.rbac_system_groups

import data.lib.grants

findings contains {
	"path": array.concat(subject.path, ["name"]),
	"message": $"gives {role.kind} {role.name} to {subject.name}: {who}",
	"value": {"role": input.resource.roleRef, "subject": subject.text},
} if {
	role := input.facts.grants.role
	some subject in input.facts.grants.subjects
	subject.kind in {"User", "Group"}
	subject.stock == false
	who := _who(subject.name)
	not _is_allowed(subject, "least-privilege/rbac-system-groups")
}

_who(name) := "anybody who reaches the API server, without a name" if name in {"system:unauthenticated", "system:anonymous"}

_who(name) := "everybody who can log in, and every service account" if {
	# OpenShift's group of everybody who logs in with OAuth.
	name in {"system:authenticated", "system:authenticated:oauth"}
}

_who(name) := "every service account of the cluster" if name == "system:serviceaccounts"

_who(name) := $"every service account of namespace {namespace}" if {
	startswith(name, "system:serviceaccounts:")
	namespace := trim_prefix(name, "system:serviceaccounts:")
}

_who(name) := "a group that no rule of RBAC restrains, and that a certificate carries until it ends" if name == "system:masters"

_is_allowed(_, policy) if grants.allowed(policy)

_is_allowed(subject, policy) if grants.allowed_subject(policy, subject)

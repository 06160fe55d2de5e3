# METADATA
# scope: package
# title: "RBAC: access to secrets"
# description: "Secrets hold the credentials of everything else: list and watch give their contents as get does, and whoever may write them replaces what others trust."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
#   - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Mount the one secret that the workload needs, or confine the rule to it with resourceNames and the verb get."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.8.3: P}
#     gdpr: {Art. 5(1)(f): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_secrets

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("secrets")
	not grants.allowed("least-privilege/rbac-secrets")
}

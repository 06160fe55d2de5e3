# METADATA
# scope: package
# title: "RBAC: admission webhooks and policies"
# description: "Whoever controls admission reads every object on its way into the cluster, secrets included, and may change or refuse it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Take away the right to write webhook configurations and admission policies, or confine it to one configuration with resourceNames."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.8.2: P}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_webhooks

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("webhooks")
	not grants.allowed("least-privilege/rbac-webhooks")
}

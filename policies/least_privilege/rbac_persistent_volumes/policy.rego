# METADATA
# scope: package
# title: "RBAC: creating persistent volumes"
# description: "A persistent volume may be a directory of the node: whoever creates one reads and writes the node, past every check on pods."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Let a provisioner create volumes from claims; take create on persistentvolumes away from everybody else."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.2: P, A.8.3: P}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_persistent_volumes

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("persistent-volumes")
	not grants.allowed("least-privilege/rbac-persistent-volumes")
}

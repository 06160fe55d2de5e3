# METADATA
# scope: package
# title: "RBAC: deleting events"
# description: "Events tell what happened in a namespace: whoever deletes them covers the traces of an attack."
# related_resources:
#   - https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
#   - https://attack.mitre.org/techniques/T1070/
# custom:
#   severity: medium
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Take delete and deletecollection on events away: the API server forgets them by itself."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.33: J, A.8.15: P}
#     gdpr: {Art. 5(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_delete_events

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("delete-events")
	not grants.allowed("least-privilege/rbac-delete-events")
}

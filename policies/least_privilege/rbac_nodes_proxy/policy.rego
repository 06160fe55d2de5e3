# METADATA
# scope: package
# title: "RBAC: nodes/proxy"
# description: "nodes/proxy reaches the kubelet itself: commands in every pod of the node, past admission and past the audit log. The verb get is enough."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes
#   - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
# custom:
#   severity: critical
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Ask for what is needed instead: nodes/metrics, nodes/stats, nodes/log, nodes/healthz, nodes/pods or nodes/configz."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.2: P, A.8.18: J}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_nodes_proxy

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.named("nodes-proxy")
	not grants.allowed("least-privilege/rbac-nodes-proxy")
}

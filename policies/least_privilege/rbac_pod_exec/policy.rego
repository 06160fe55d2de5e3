# METADATA
# scope: package
# title: "RBAC: exec, attach and port-forward"
# description: "A command run inside a pod reads its secrets and acts with its service account, and leaves no change to review."
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/
#   - https://github.com/kubernetes/kubernetes/issues/133515
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Take pods/exec, pods/attach, pods/portforward and pods/ephemeralcontainers out of the rule; give them for an incident, with an end."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.2: P, A.8.18: J}
#     gdpr: {Art. 32(1)(b): J, Art. 32(4): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_pod_exec

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("pod-exec")
	not grants.allowed("least-privilege/rbac-pod-exec")
}

# METADATA
# scope: package
# title: "Default service account"
# description: "Every pod of the namespace that names no account shares this one: what one is granted, all are, and the audit log cannot tell them apart."
# related_resources:
#   - https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
# custom:
#   severity: low
#   stage: 2
#   judges: [pod, ServiceAccount]
#   remediation: "Give the workload a ServiceAccount of its own, or set automountServiceAccountToken to false; on ServiceAccount default set it to false."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.5.16: J, A.8.2: P, A.8.3: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
package policies.least_privilege.default_serviceaccount

findings contains {
	"path": _account.path,
	"message": "the pod runs as ServiceAccount default, which every pod of its namespace may share",
	"related": _account.declared.by,
} if {
	input.pod != null
	_account.isDefault

	# Without its token nobody acts as the account.
	_account.automount.answer != "no"
	not input.pod.partial
}

# CIS 5.1.5: the account that pods get by leaving it out should have no token to give.
findings contains {
	"path": _account.automount.path,
	"message": "pods that name no ServiceAccount get the token of this one",
	"fix": {"set": false},
} if {
	input.resource.kind == "ServiceAccount"
	_account.isDefault
	_account.automount.answer == "yes"
}

unknowns contains {"path": _account.path, "message": "the ServiceAccount is left to its operator"} if {
	_account.isDefault
	_account.automount.answer != "no"
	input.pod.partial
}

_account := input.facts.serviceAccount.token

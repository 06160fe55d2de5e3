# METADATA
# scope: package
# title: "RBAC: privilege escalation"
# description: "The verbs escalate, bind and impersonate exist to get around the rule that nobody can hand out more than they hold: each is as good as cluster-admin."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#escalate-verb
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#bind-verb
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#impersonate-verb
# custom:
#   severity: critical
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Take the verb away. Where something must hand out roles, confine bind to them with resourceNames."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.3: P, A.5.18: P, A.8.2: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_escalation

import data.lib.grants

# What a rule grants of the three is one finding, and what a binding hands out of them.
findings contains grants.finding(object.union(powers[0], {"verbs": verbs, "resources": resources, "rules": rules})) if {
	some path in {power.path | some power in _open}
	powers := [power | some name in _worst_first; some power in _open; power.power == name; power.path == path]
	verbs := {verb | some power in powers; some verb in power.verbs}
	resources := {resource | some power in powers; some resource in power.resources}
	rules := {rule | some power in powers; some rule in power.rules}
	not grants.allowed("least-privilege/rbac-escalation")
}

unknowns contains {"path": _place, "message": $"what it grants is not fully known: {complete.why}"} if {
	input.resource.kind in {"Role", "ClusterRole"}
	complete := input.facts.grants.complete
	complete.answer == "unknown"
}

_worst_first := ["escalate", "bind", "impersonate"]

_open := (grants.named("escalate") | grants.named("impersonate")) | _binds

# `bind` that is confined to roles by name hands out no more than they grant.
_binds contains power if {
	some power in grants.named("bind")
	_is_open(power)
}

_is_open(power) if count(power.names) == 0

_is_open(power) if power.leads != ""

_place := ["aggregationRule"] if input.resource.aggregationRule

_place := ["rules"] if not input.resource.aggregationRule

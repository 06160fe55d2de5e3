# METADATA
# scope: package
# title: "Audit policy that logs too little or too much"
# description: "The first rule that matches decides. A policy that logs the bodies of secrets copies them to wherever logs go; one that leaves out secrets, RBAC or exec, or ends without a rule for the rest, is silent where an intruder works."
# related_resources:
#   - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy
#   - https://github.com/kubernetes/kubernetes/blob/master/cluster/gce/gci/configure-helper.sh
#   - https://www.cisecurity.org/benchmark/kubernetes
# custom:
#   severity: high
#   stage: 4
#   judges: [Policy.audit.k8s.io, ConfigMap, Secret, KubeadmControlPlane.controlplane.cluster.x-k8s.io, KubeadmControlPlaneTemplate.controlplane.cluster.x-k8s.io, KubeadmConfig.bootstrap.cluster.x-k8s.io, KubeadmConfigTemplate.bootstrap.cluster.x-k8s.io, RKE2ControlPlane.controlplane.cluster.x-k8s.io, Cluster.kops.k8s.io, KubeAuditPolicyConfig, environment, untyped]
#   remediation: "Log secrets, configmaps, tokenreviews and serviceaccounts/token at Metadata, before any wider rule; log nothing that matters at None; end with a rule at Metadata for everything else."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.5.28: J, A.8.12: J}
#     gdpr: {Art. 5(1)(f): J, Art. 5(2): J, Art. 32(1)(b): J}
package policies.audit_logging.audit_policy_content

applies if count(input.facts.platform.auditPolicies) > 0

# CIS 3.2.2 wants Metadata alone for these: their bodies are secrets, or tokens.
_confidential := {"secrets", "configmaps", "tokenreviews"}

# What CIS 3.2.2 wants a trace of, and what an intruder does first.
_telling := {
	"secrets", "tokenreviews", "serviceaccounts/token",
	"pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers", "pods/proxy", "services/proxy", "nodes/proxy",
	"pods", "deployments", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "everything else",
}

findings contains {
	"path": rule.path,
	"message": $"rule {rule.rule} logs {requests} at {rule.level}, with their bodies",
} if {
	some policy in input.facts.platform.auditPolicies
	some rule in _rules(policy)
	rule.level in {"Request", "RequestResponse"}
	requests := _named({outcome.request |
		some outcome in policy.outcomes
		outcome.rule == rule.rule
		_discloses(outcome)
	})
}

_discloses(outcome) if {
	outcome.request in _confidential
	outcome.level in {"Request", "RequestResponse"}
	outcome.component == false
}

# Of Kubernetes' own components' requests only the bodies matter: namespaces are emptied by deletecollection.
_discloses(outcome) if {
	outcome.request in _confidential
	outcome.level in {"Request", "RequestResponse"}
	outcome.bodies
}

# The token that was asked for is in the response.
_discloses(outcome) if {
	outcome.request == "serviceaccounts/token"
	outcome.level == "RequestResponse"
}

# What Kubernetes' own components do is noise to most policies; what anybody else does is not.
findings contains {
	"path": rule.path,
	"message": $"rule {rule.rule} logs nothing of {requests} for {rule.requester}",
} if {
	some policy in input.facts.platform.auditPolicies
	some rule in _rules(policy)
	rule.level == "None"
	rule.component == false
	requests := _named({outcome.request |
		some outcome in policy.outcomes
		outcome.rule == rule.rule
		outcome.level == "None"
		outcome.requester == rule.requester
		outcome.request in _telling
	})
}

findings contains {
	"path": policy.unmatched.path,
	"message": $"no rule matches the rest: {concat(", ", policy.unmatched.verbs)} by {policy.unmatched.requester} leaves no trace",
} if {
	some policy in input.facts.platform.auditPolicies
	policy.unmatched != null
}

findings contains {
	"path": rule.path,
	"message": $"rule {rule.rule} ({rule.level}) never decides: rule {rule.by} ({rule.instead}) matches first",
} if {
	some policy in input.facts.platform.auditPolicies
	some rule in policy.shadowed
}

findings contains {
	"path": problem.path,
	"message": $"the audit policy is not valid: {problem.message}",
} if {
	some policy in input.facts.platform.auditPolicies
	some problem in policy.problems
}

findings contains {
	"path": [],
	"message": "no audit policy is declared here",
	"elsewhere": true,
} if {
	input.facts.platform.environment.auditPolicy.answer == "no"
}

_rules(policy) := {rule |
	some outcome in policy.outcomes
	rule := object.remove(outcome, ["request", "bodies"])
}

# At most three by name.
_named(requests) := concat(", ", names) if {
	names := sort(requests)
	count(names) > 0
	count(names) <= 3
}

_named(requests) := $"{concat(", ", array.slice(names, 0, 3))} and {count(names) - 3} more" if {
	names := sort(requests)
	count(names) > 3
}

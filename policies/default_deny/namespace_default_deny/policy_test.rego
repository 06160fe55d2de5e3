package policies.default_deny.namespace_default_deny_test

import data.policies.default_deny.namespace_default_deny as policy

_answer(answer) := {"answer": answer, "why": "because", "by": []}

_input(ingress, egress, declared) := {
	"declared": declared,
	"facts": {"network": {"namespace": {"defaultDeny": {"ingress": _answer(ingress), "egress": _answer(egress)}}}},
}

test_each_direction_is_found if {
	messages := {finding.message | some finding in policy.findings} with input as _input("no", "no", true)
	messages == {"ingress is not denied by default: because", "egress is not denied by default: because"}
}

test_a_declared_namespace_is_its_name if {
	some finding in policy.findings with input as _input("no", "yes", true)
	finding.path == ["metadata", "name"]
	finding.elsewhere == false
}

test_an_undeclared_namespace_may_have_it_elsewhere if {
	some finding in policy.findings with input as _input("no", "yes", false)
	finding.path == []
	finding.elsewhere == true
}

test_both_denied_is_silent if {
	count(policy.findings) == 0 with input as _input("yes", "yes", true)
	count(policy.unknowns) == 0 with input as _input("yes", "yes", true)
}

test_unknown_is_said if {
	count(policy.findings) == 0 with input as _input("unknown", "yes", true)
	count(policy.unknowns) == 1 with input as _input("unknown", "yes", true)
}

package policies.default_deny.egress_isolated_test

import data.policies.default_deny.egress_isolated as policy

_input(answer) := {
	"pod": {"metadataPath": ["spec", "template", "metadata"]},
	"facts": {"network": {"workload": {"egressIsolated": {
		"answer": answer,
		"why": "because",
		"by": [{"id": 3}],
	}}}},
}

test_not_isolated_is_found if {
	policy.findings == {{
		"path": ["spec", "template", "metadata", "labels"],
		"about": ["spec", "template", "metadata", "labels"],
		"value": "no",
		"message": "egress is not isolated: because",
		"related": [{"id": 3}],
	}} with input as _input("no")
	count(policy.unknowns) == 0 with input as _input("no")
}

test_isolated_is_silent if {
	count(policy.findings) == 0 with input as _input("yes")
	count(policy.unknowns) == 0 with input as _input("yes")
}

test_unknown_is_said if {
	count(policy.findings) == 0 with input as _input("unknown")
	some unknown in policy.unknowns with input as _input("unknown")
	unknown.message == "whether egress is isolated is not known: because"
}

test_on_the_host_network_no_policy_of_pods_is_the_remedy if {
	input_host := object.union(_input("no"), {"pod": {"path": ["spec"], "spec": {"hostNetwork": true}}})
	some finding in policy.findings with input as input_host
	contains(finding.remediation, "nodeSelector")
}

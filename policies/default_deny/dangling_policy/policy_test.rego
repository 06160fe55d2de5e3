package policies.default_deny.dangling_policy_test

import data.policies.default_deny.dangling_policy as policy

_input(answer, peers) := {"facts": {"network": {"policy": {
	"selects": {"answer": answer, "why": "no pod here is selected", "by": []},
	"subject": ["spec", "podSelector"],
	"danglingPeers": peers,
}}}}

test_selecting_nothing_is_found if {
	policy.findings == {{
		"path": ["spec", "podSelector"],
		"message": "it protects nothing: no pod here is selected",
		"elsewhere": true,
	}} with input as _input("no", [])
}

test_a_peer_that_is_nobody_is_found if {
	some finding in policy.findings with input as _input("yes", [["spec", "ingress", 0, "from", 0]])
	finding.path == ["spec", "ingress", 0, "from", 0]
	finding.elsewhere
}

test_selecting_something_is_silent if {
	count(policy.findings) == 0 with input as _input("yes", [])
	count(policy.unknowns) == 0 with input as _input("yes", [])
}

test_unknown_is_said if {
	count(policy.findings) == 0 with input as _input("unknown", [])
	count(policy.unknowns) == 1 with input as _input("unknown", [])
}

test_refused_is_told_as_such if {
	refused := object.union(_input("no", []), {"facts": {"network": {"policy": {"refused": "Cilium refuses it"}}}})
	policy.findings == {{"path": ["spec", "podSelector"], "message": "it protects nothing: Cilium refuses it"}} with input as refused
}

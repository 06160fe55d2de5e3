package policies.default_deny.undeclared_connection_test

import data.policies.default_deny.undeclared_connection as policy

_input(undeclared) := {
	"pod": {"metadataPath": ["metadata"]},
	"facts": {"network": {"workload": {"undeclared": undeclared}}},
}

_messages(undeclared) := found if {
	found := {finding.message | some finding in policy.findings} with input as _input(undeclared)
}

test_undeclared_is_found if {
	_messages([{"from": "shop/web[Deployment]", "ports": "TCP 9090"}]) == {"shop/web[Deployment] may connect on TCP 9090, which no flow declares"}
	_messages([{"from": "shop/web[Deployment]", "ports": "All Connections"}]) == {"shop/web[Deployment] may connect on every port, which no flow declares"}
}

test_declared_is_silent if {
	count(_messages([])) == 0
}

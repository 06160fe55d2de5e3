package policies.least_privilege.apiserver_authorization_mode_test

import data.policies.least_privilege.apiserver_authorization_mode as policy

_unset := {"set": "no", "value": null, "path": ["spec", "containers", 0, "command"]}

_flag(value) := {"set": "yes", "value": value, "path": ["spec", "containers", 0, "command", 1]}

# The value is known only when it runs.
_later := {"set": "yes", "value": null, "path": ["spec", "containers", 0, "command", 1]}

_hidden := {"set": "unknown", "value": null, "path": ["spec", "containers", 0, "command"]}

_world(access) := {
	"resource": {"spec": {"containers": [{"command": ["kube-apiserver", "--anonymous-auth=true"]}]}},
	"facts": {"grants": {"access": object.union({"servers": [], "authentication": [], "authorization": [], "encryption": []}, access)}},
}

_server(settings) := _world({"servers": [object.union(
	{
		"name": "kube-apiserver",
		"anonymousAuth": _flag("false"),
		"authenticationConfig": _unset,
		"modes": ["Node", "RBAC"],
		"authorizationMode": _flag("Node,RBAC"),
		"authorizationConfig": _unset,
		"encryptionConfig": _flag("/etc/encryption.yaml"),
	},
	settings,
)]})

test_what_is_no_api_server_is_silent if {
	count(policy.findings) + count(policy.unknowns) == 0 with input as {"resource": {}, "facts": {"grants": {"access": null}}}
}

test_as_it_should_be if {
	count(policy.findings) + count(policy.unknowns) == 0 with input as _server({})
}

_modes(modes) := _server({"modes": modes, "authorizationMode": _flag(concat(",", modes))})

_message(world) := message if {
	some finding in policy.findings with input as world
	message := finding.message
}

test_what_a_mode_lacks if {
	_message(_modes(["RBAC", "AlwaysAllow"])) == "kube-apiserver lets every request through: authorization-mode is RBAC,AlwaysAllow"
	_message(_modes(["Node", "ABAC"])) == "kube-apiserver does not authorize by RBAC: authorization-mode is Node,ABAC"
	_message(_modes(["RBAC"])) == "kube-apiserver does not confine kubelets to their own node: authorization-mode is RBAC"
}

test_not_set if {
	_message(_server({"authorizationMode": _unset, "modes": []})) == "kube-apiserver lets every request through: authorization-mode is not set, and its default is AlwaysAllow"
}

test_left_to_a_file if {
	world := _server({"authorizationMode": _unset, "modes": [], "authorizationConfig": _flag("/etc/authorization.yaml")})
	count(policy.findings) == 0 with input as world
	count(policy.unknowns) == 1 with input as world
}

test_what_cannot_be_read_is_said if {
	count(policy.findings) == 0 with input as _server({"authorizationMode": _hidden, "modes": []})
	count(policy.unknowns) == 1 with input as _server({"authorizationMode": _hidden, "modes": []})
	count(policy.unknowns) == 1 with input as _server({"authorizationMode": _later, "modes": []})
}

_file(types) := _world({"authorization": [{
	"path": ["authorizers"],
	"types": [{"value": type, "path": ["authorizers", i, "type"]} | some i, type in types],
}]})

test_a_file if {
	count(policy.findings) == 0 with input as _file(["Node", "RBAC", "Webhook"])
	_message(_file(["Webhook"])) == "the API server does not authorize by RBAC"
	some finding in policy.findings with input as _file(["Node", "RBAC", "AlwaysAllow"])
	finding.path == ["authorizers", 2, "type"]
	count(policy.findings) == 1 with input as _file(["AlwaysAllow"])
}

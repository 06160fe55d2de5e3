package policies.least_privilege.apiserver_anonymous_auth_test

import data.policies.least_privilege.apiserver_anonymous_auth as policy

_unset := {"set": "no", "value": null, "path": ["spec", "containers", 0, "command"], "written": null}

_flag(value) := {
	"set": "yes",
	"value": value,
	"path": ["spec", "containers", 0, "command", 1],
	"written": $"--anonymous-auth={value}",
}

# The value is known only when it runs.
_later := {"set": "yes", "value": null, "path": ["spec", "containers", 0, "command", 1], "written": "--anonymous-auth=$(X)"}

_hidden := {"set": "unknown", "value": null, "path": ["spec", "containers", 0, "command"], "written": null}

_world(access) := {
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

test_switched_on if {
	policy.findings == {{
		"path": ["spec", "containers", 0, "command", 1],
		"message": "kube-apiserver takes anonymous requests: anonymous-auth is true",
		"fix": {"set": "--anonymous-auth=false"},
	}} with input as _server({"anonymousAuth": _flag("true")})
}

test_every_word_for_true if {
	count(policy.findings) == 1 with input as _server({"anonymousAuth": _flag("1")})
	count(policy.findings) == 0 with input as _server({"anonymousAuth": _flag("F")})
}

test_no_fix_where_the_flag_is_not_by_itself if {
	script := object.union(_flag("true"), {"written": "exec kube-apiserver --anonymous-auth=true"})
	some finding in policy.findings with input as _server({"anonymousAuth": script})
	not finding.fix
}

test_a_value_by_itself_keeps_its_type if {
	at := {"set": "yes", "value": "true", "path": ["extraArgs", "anonymous-auth"], "written": true}
	some finding in policy.findings with input as _server({"anonymousAuth": at})
	finding.fix == {"set": false}
}

test_not_set if {
	some finding in policy.findings with input as _server({"anonymousAuth": _unset})
	finding.path == ["spec", "containers", 0, "command"]
}

test_a_file_that_leaves_it_to_the_flag if {
	server := {"anonymousAuth": _unset, "authenticationConfig": _flag("/etc/authentication.yaml")}
	here := {"authentication": true, "anonymousUnsaid": true}
	access := object.union(_server(server).facts.grants.access, {"here": here})
	some finding in policy.findings with input as _world(access)
	contains(finding.message, "neither anonymous-auth nor the AuthenticationConfiguration")
	count(policy.findings) == 0 with input as _world(object.union(access, {"here": {"anonymousUnsaid": false}}))
	count(policy.findings) == 0 with input as _world(object.union(access, {"servers": []}))
}

test_left_to_a_file if {
	world := _server({"anonymousAuth": _unset, "authenticationConfig": _flag("/etc/authentication.yaml")})
	count(policy.findings) == 0 with input as world
	some unknown in policy.unknowns with input as world
	unknown.message == "whether kube-apiserver takes anonymous requests is for /etc/authentication.yaml to say"
}

test_what_cannot_be_read_is_said if {
	count(policy.unknowns) == 1 with input as _server({"anonymousAuth": _hidden})
	count(policy.unknowns) == 1 with input as _server({"anonymousAuth": _later})
	count(policy.findings) == 0 with input as _server({"anonymousAuth": _later})
}

_file(enabled, paths) := _world({"authentication": [{
	"anonymous": enabled,
	"path": ["anonymous", "enabled"],
	"conditions": [{"value": path, "path": ["anonymous", "conditions", i, "path"]} | some i, path in paths],
}]})

_paths := {"least-privilege/apiserver-anonymous-auth": {"paths": ["/livez"]}}

test_a_file_that_lets_everybody_in if {
	some finding in policy.findings with input as _file(true, [])
	finding.path == ["anonymous", "enabled"]
	finding.fix == {"set": false}
}

test_a_file_that_opens_a_path if {
	policy.findings == {{
		"path": ["anonymous", "conditions", 1, "path"],
		"message": "anonymous requests are taken for /api",
	}} with input as _file(true, ["/livez", "/api"])
		with data.parameters as _paths
}

test_a_file_that_does_not if {
	count(policy.findings) == 0 with input as _file(false, [])
		with data.parameters as _paths
	count(policy.findings) == 0 with input as _file(null, [])
		with data.parameters as _paths
	count(policy.findings) == 0 with input as _file(true, ["/livez"])
		with data.parameters as _paths
}

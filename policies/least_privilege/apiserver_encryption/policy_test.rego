package policies.least_privilege.apiserver_encryption_test

import data.policies.least_privilege.apiserver_encryption as policy

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

test_not_set if {
	some finding in policy.findings with input as _server({"encryptionConfig": _unset})
	finding.message == "kube-apiserver keeps secrets unencrypted: encryption-provider-config is not set"
}

test_what_cannot_be_read_is_said if {
	count(policy.findings) == 0 with input as _server({"encryptionConfig": _hidden})
	count(policy.unknowns) == 1 with input as _server({"encryptionConfig": _hidden})
}

_message(provider) := message if {
	world := _world({"encryption": [{"provider": provider, "path": ["resources"]}]})
	some finding in policy.findings with input as world
		with data.parameters as {"least-privilege/apiserver-encryption": {"providers": ["kms", "aescbc"]}}
	message := finding.message
}

test_providers if {
	_message(null) == "it does not encrypt secrets"
	_message("identity") == "secrets are written unencrypted: identity comes first"
	_message("aesgcm") == "secrets are encrypted with aesgcm, which is not among the providers that may be used"
	not _message("kms")
}

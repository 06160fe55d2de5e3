package policies.least_privilege.secret_in_configmap_test

import data.policies.least_privilege.secret_in_configmap as policy

_config(data_) := {"kind": "ConfigMap", "data": data_}

test_named_is_found_and_not_printed if {
	some finding in policy.findings with input.resource as _config({"db_password": "hunter2", "db_user": "cart"})
	finding.path == ["data", "db_password"]
	finding.message == "key db_password of the ConfigMap has the name of a secret and a value"
}

test_credential_is_found if {
	value := "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n"
	some finding in policy.findings with input.resource as _config({"ssh": value})
	finding.message == "key ssh of the ConfigMap holds a credential"
}

test_password_in_a_file_is_found if {
	some finding in policy.findings with input.resource as _config({"app.properties": "user=cart\npassword=hunter2\n"})
	finding.message == "key app.properties of the ConfigMap holds a password"
}

test_others_are_silent if {
	config := {
		"user": "cart",
		"password": "",
		"token-rotation.sh": "rotate",
		"app.properties": "password=${DB_PASSWORD}\n",
		"ca.crt": "-----BEGIN CERTIFICATE-----",
		"secretName": "db",
	}
	count(policy.findings) == 0 with input.resource as _config(config)
	count(policy.findings) == 0 with input.resource as {"kind": "ConfigMap", "data": null}
	count(policy.findings) == 0 with input.resource as {"kind": "ConfigMap"}
}

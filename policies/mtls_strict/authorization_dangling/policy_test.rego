package policies.mtls_strict.authorization_dangling_test

import data.policies.mtls_strict.authorization_dangling as policy

_policy(found, dry_run) := {"facts": {"mesh": {"authorization": {
	"action": "ALLOW",
	"dryRun": dry_run,
	"dangling": [{"path": ["spec", "selector", "matchLabels"], "what": "its selector app=x matches no workload", "elsewhere": false, "found": found}],
}}}}

test_missing_is_found if {
	policy.findings == {{
		"path": ["spec", "selector", "matchLabels"],
		"message": "its selector app=x matches no workload",
		"elsewhere": false,
	}} with input as _policy("no", false)
	count(policy.unknowns) == 0 with input as _policy("no", false)
}

test_doubt_is_unknown if {
	count(policy.findings) == 0 with input as _policy("unknown", false)
	count(policy.unknowns) == 1 with input as _policy("unknown", false)
}

test_dry_run_is_found if {
	some finding in policy.findings with input as _policy("unknown", true)
	finding.path == ["metadata", "annotations", "istio.io/dry-run"]
}

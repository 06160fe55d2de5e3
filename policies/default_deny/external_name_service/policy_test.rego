package policies.default_deny.external_name_service_test

import data.policies.default_deny.external_name_service as policy

test_an_external_name_is_found if {
	policy.findings == {{
		"path": ["spec", "externalName"],
		"message": "the Service stands for billing.example.com, outside of what policies hold",
	}} with input.resource.spec as {"type": "ExternalName", "externalName": "billing.example.com"}
}

test_others_are_silent if {
	count(policy.findings) == 0 with input.resource.spec as {"type": "ClusterIP"}
	count(policy.findings) == 0 with input.resource.spec as {}
}

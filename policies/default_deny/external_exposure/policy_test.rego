package policies.default_deny.external_exposure_test

import data.policies.default_deny.external_exposure as policy

_internal := {"networking.gke.io/load-balancer-type": "^Internal$"}

_found(spec, annotations, allowed) := found if {
	found := {[finding.path, finding.message] | some finding in policy.findings} with input as {
		"namespace": "shop",
		"resource": {"kind": "Service", "metadata": {"name": "web", "annotations": annotations}, "spec": spec},
	}
		with data.parameters as {"default-deny/external-exposure": {"allowed": allowed, "internalAnnotations": _internal, "internalClasses": []}}
}

test_load_balancers if {
	_found({"type": "LoadBalancer"}, {}, []) == {[["spec", "type"], "the Service is exposed through a load balancer"]}
	count(_found({"type": "LoadBalancer"}, {"networking.gke.io/load-balancer-type": "Internal"}, [])) == 0
	count(_found({"type": "LoadBalancer"}, {"networking.gke.io/load-balancer-type": "External"}, [])) == 1
}

test_node_ports if {
	_found({"type": "NodePort"}, {}, []) == {[["spec", "type"], "the Service is exposed on a port of every node"]}
}

test_external_addresses if {
	_found({"externalIPs": ["203.0.113.7"]}, {}, []) == {[
		["spec", "externalIPs", 0],
		"the Service takes traffic for the external address 203.0.113.7",
	]}
}

test_cluster_addresses_are_silent if {
	count(_found({}, {}, [])) == 0
	count(_found({"type": "ClusterIP"}, {}, [])) == 0
}

test_what_is_allowed_by_name_is_silent if {
	count(_found({"type": "NodePort"}, {}, ["Service/shop/web"])) == 0
	count(_found({"type": "NodePort"}, {}, ["Service/*/web"])) == 0
	count(_found({"type": "NodePort"}, {}, ["Service/other/*"])) == 1
}

test_gateways if {
	found := policy.findings with input as {
		"namespace": "shop",
		"resource": {"kind": "Gateway", "metadata": {"name": "public"}, "spec": {"listeners": [{"port": 80}, {"port": 443}]}},
	}
		with data.parameters as {"default-deny/external-exposure": {"allowed": [], "internalAnnotations": _internal, "internalClasses": ["istio-waypoint"]}}
	found == {{
		"path": ["spec", "gatewayClassName"],
		"message": "the Gateway is an entrance to the cluster on port 80, 443",
	}}
}

_gateway(class, annotations) := count(found) if {
	found := policy.findings with input as {
		"namespace": "shop",
		"resource": {
			"kind": "Gateway",
			"metadata": {"name": "inner", "annotations": annotations},
			"spec": {"gatewayClassName": class, "listeners": [{"port": 15008}]},
		},
	}
		with data.parameters as {"default-deny/external-exposure": {"allowed": [], "internalAnnotations": {}, "internalClasses": ["istio-waypoint"]}}
}

test_gateways_inside_are_silent if {
	_gateway("istio-waypoint", {}) == 0
	_gateway("istio", {"networking.istio.io/service-type": "ClusterIP"}) == 0
	_gateway("istio", {}) == 1
}

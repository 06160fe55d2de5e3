# METADATA
# scope: package
# title: "API server: authorization mode"
# description: "Without RBAC among its authorizers, or with AlwaysAllow, an API server lets every request through that it can put a name to: no role and no binding counts."
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/authorization/#authorization-modules
#   - https://www.cisecurity.org/benchmark/kubernetes
#   - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
# custom:
#   severity: critical
#   stage: 1
#   judges:
#     - pod
#     - untyped
#     - ConfigMap
#     - Secret
#     - ClusterConfiguration.kubeadm.k8s.io
#     - KubeadmControlPlane.controlplane.cluster.x-k8s.io
#     - KubeadmControlPlaneTemplate.controlplane.cluster.x-k8s.io
#     - KubeadmConfig.bootstrap.cluster.x-k8s.io
#     - KubeadmConfigTemplate.bootstrap.cluster.x-k8s.io
#     - RKE2ControlPlane.controlplane.cluster.x-k8s.io
#     - RKE2ControlPlaneTemplate.controlplane.cluster.x-k8s.io
#     - KThreesControlPlane.controlplane.cluster.x-k8s.io
#     - KThreesControlPlaneTemplate.controlplane.cluster.x-k8s.io
#     - K0sControlPlane.controlplane.cluster.x-k8s.io
#     - Cluster.provisioning.cattle.io
#     - ClusterConfig.k0s.k0sproject.io
#     - Cluster.kops.k8s.io
#     - AuthorizationConfiguration.apiserver.config.k8s.io
#     - KubeAPIServerConfig
#   remediation: "Set --authorization-mode=Node,RBAC, or list Node and RBAC in the AuthorizationConfiguration, and AlwaysAllow nowhere."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.5.15: P, A.8.3: P}
#     gdpr: {Art. 32(1)(b): J}
package policies.least_privilege.apiserver_authorization_mode

applies if count(_servers) > 0

applies if input.pod == null

findings contains {
	"path": server.authorizationMode.path,
	"message": $"{server.name} lets every request through: authorization-mode is not set, and its default is AlwaysAllow",
} if {
	some server in _servers
	server.authorizationMode.set == "no"
	server.authorizationConfig.set == "no"
}

findings contains {
	"path": server.authorizationMode.path,
	"message": $"{server.name} {lack}: authorization-mode is {concat(",", server.modes)}",
} if {
	some server in _servers
	lack := _lack(server.modes)
	server.authorizationMode.value != null
	server.authorizationConfig.set != "yes"
}

findings contains {"path": type.path, "message": "every request is let through that the authorizers before do not refuse"} if {
	some config in input.facts.grants.access.authorization
	some type in config.types
	type.value == "AlwaysAllow"
}

findings contains {"path": config.path, "message": $"the API server {lack}"} if {
	some config in input.facts.grants.access.authorization
	types := [type.value | some type in config.types]
	not "AlwaysAllow" in types
	lack := _lack(types)
}

unknowns contains {
	"path": server.authorizationMode.path,
	"message": $"how {server.name} authorizes is not known: its flags cannot all be read here",
} if {
	some server in _servers
	_is_unreadable(server.authorizationMode)
}

unknowns contains {
	"path": server.authorizationConfig.path,
	"message": $"how {server.name} authorizes is for {server.authorizationConfig.value} to say",
} if {
	some server in _servers
	server.authorizationConfig.set == "yes"
	not input.facts.grants.access.here.authorization
}

_servers := input.facts.grants.access.servers

_lack(modes) := "lets every request through" if "AlwaysAllow" in modes

_lack(modes) := "does not authorize by RBAC" if {
	not "AlwaysAllow" in modes
	not "RBAC" in modes
}

_lack(modes) := "does not confine kubelets to their own node" if {
	not "AlwaysAllow" in modes
	"RBAC" in modes
	not "Node" in modes
}

_is_unreadable(setting) if setting.set == "unknown"

_is_unreadable(setting) if {
	setting.set == "yes"
	setting.value == null
}

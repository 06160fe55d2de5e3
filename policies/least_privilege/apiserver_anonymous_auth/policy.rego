# METADATA
# scope: package
# title: "API server: anonymous requests"
# description: "An API server that takes requests without credentials answers whoever reaches it; one careless binding to system:anonymous, and they act in the cluster."
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
#   - https://www.cisecurity.org/benchmark/kubernetes
#   - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
# custom:
#   severity: high
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
#     - AuthenticationConfiguration.apiserver.config.k8s.io
#     - KubeAPIServerConfig
#     - KubeAuthenticationConfig
#   remediation: "Set --anonymous-auth=false, or let an AuthenticationConfiguration admit anonymous requests to the health paths alone."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.3: P, A.8.5: J}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     paths:
#       type: array
#       default: [/livez, /readyz, /healthz]
#       description: "Paths that an AuthenticationConfiguration may open to anonymous requests."
package policies.least_privilege.apiserver_anonymous_auth

applies if count(_servers) > 0

applies if input.pod == null

findings contains object.union(_fix(setting.written), {
	"path": setting.path,
	"message": $"{server.name} takes anonymous requests: anonymous-auth is {setting.value}",
}) if {
	some server in _servers
	setting := server.anonymousAuth
	setting.value in _true
}

findings contains {
	"path": server.anonymousAuth.path,
	"message": $"{server.name} takes anonymous requests: anonymous-auth is not set, and its default is true",
} if {
	some server in _servers
	server.anonymousAuth.set == "no"
	server.authenticationConfig.set == "no"
}

findings contains {
	"path": server.anonymousAuth.path,
	"message": $"{server.name} takes anonymous requests: neither anonymous-auth nor the AuthenticationConfiguration says otherwise, and the default is true",
} if {
	some server in _servers
	server.anonymousAuth.set == "no"
	server.authenticationConfig.set == "yes"
	input.facts.grants.access.here.anonymousUnsaid
}

findings contains {
	"path": config.path,
	"message": "anonymous requests are taken for every path",
	"fix": {"set": false},
} if {
	some config in input.facts.grants.access.authentication
	config.anonymous == true
	count(config.conditions) == 0
}

findings contains {
	"path": condition.path,
	"message": $"anonymous requests are taken for {condition.value}",
} if {
	some config in input.facts.grants.access.authentication
	config.anonymous == true
	some condition in config.conditions
	not condition.value in data.parameters["least-privilege/apiserver-anonymous-auth"].paths
}

unknowns contains {
	"path": server.anonymousAuth.path,
	"message": $"whether {server.name} takes anonymous requests is not known: its flags cannot all be read here",
} if {
	some server in _servers
	_is_unreadable(server.anonymousAuth)
}

unknowns contains {
	"path": server.authenticationConfig.path,
	"message": $"whether {server.name} takes anonymous requests is for {server.authenticationConfig.value} to say",
} if {
	some server in _servers
	server.anonymousAuth.set == "no"
	server.authenticationConfig.set == "yes"
	not input.facts.grants.access.here.authentication
}

_servers := input.facts.grants.access.servers

# What Go's strconv.ParseBool takes for true.
_true := {"true", "True", "TRUE", "t", "T", "1"}

_is_unreadable(setting) if setting.set == "unknown"

_is_unreadable(setting) if {
	setting.set == "yes"
	setting.value == null
}

# Where the flag is written in a way of its own, its place is not for a machine to fill.
default _fix(_) := {}

_fix(written) := {"fix": {"set": replace(written, "true", "false")}} if {
	regex.match(`^((--)?anonymous-auth=)?true$`, written)
}

_fix(true) := {"fix": {"set": false}}

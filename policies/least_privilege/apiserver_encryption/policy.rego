# METADATA
# scope: package
# title: "API server: encryption of secrets"
# description: "Secrets that are not encrypted lie readable in etcd and in each of its backups, for whoever holds the disk."
# related_resources:
#   - https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
#   - https://www.cisecurity.org/benchmark/kubernetes
#   - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
# custom:
#   severity: high
#   stage: 2
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
#     - APIServer.config.openshift.io
#     - EncryptionConfiguration.apiserver.config.k8s.io
#     - KubeAPIServerConfig
#     - KubeEtcdEncryptionConfig
#     - EncryptionConfig
#   remediation: "Give the API server an --encryption-provider-config that encrypts secrets with kms, secretbox or aescbc before identity."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.24: J}
#     gdpr: {Art. 32(1)(a): J}
#   parameters:
#     providers:
#       type: array
#       default: [aescbc, kms, secretbox]
#       description: "Providers that secrets may be encrypted with."
package policies.least_privilege.apiserver_encryption

applies if count(_servers) > 0

applies if count(_configs) > 0

findings contains {
	"path": server.encryptionConfig.path,
	"message": $"{server.name} keeps secrets unencrypted: encryption-provider-config is not set",
} if {
	some server in _servers
	server.encryptionConfig.set == "no"
}

findings contains {"path": config.path, "message": "it does not encrypt secrets"} if {
	some config in _configs
	config.provider == null
}

findings contains {"path": config.path, "message": "secrets are written unencrypted: identity comes first"} if {
	some config in _configs
	config.provider == "identity"
}

findings contains {"path": config.path, "message": $"secrets are encrypted with {config.provider}, which is not among the providers that may be used"} if {
	some config in _configs
	not config.provider in {null, "identity"}
	not config.provider in data.parameters["least-privilege/apiserver-encryption"].providers
}

unknowns contains {
	"path": server.encryptionConfig.path,
	"message": $"whether {server.name} encrypts secrets is not known: its flags cannot all be read here",
} if {
	some server in _servers
	server.encryptionConfig.set == "unknown"
}

_servers := input.facts.grants.access.servers

_configs := input.facts.grants.access.encryption

# METADATA
# scope: package
# title: "Unmasked proc"
# description: "An unmasked /proc shows and changes settings of the kernel that the node shares with every container."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Remove securityContext.procMount."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.proc_mount

# Restricted says so in a user namespace, too; in any other the API server refuses the pod by itself.
findings contains {
	"path": container.security.procMount.path,
	"message": $"container {container.name} has /proc mounted as {container.security.procMount.value}",
	"fix": {"remove": true},
} if {
	some container in input.pod.containers
	not container.security.procMount.value in {null, "Default"}
}

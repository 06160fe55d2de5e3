# METADATA
# scope: package
# title: "AppArmor turned off"
# description: "Without its AppArmor profile a container may write to parts of /proc and /sys and mount file systems that the default profile refuses."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tutorials/security/apparmor/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Remove the setting, which brings the default profile back, or set appArmorProfile.type to RuntimeDefault or Localhost."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.apparmor

import data.lib.pod

findings contains {
	"path": setting.path,
	"message": $"{setting.subject} has {_profile(setting.value)}",
	"fix": {"remove": true},
} if {
	some setting in pod.settings_not_in("appArmorProfile", ["appArmorProfile", "type"], {null, "RuntimeDefault", "Localhost"})
	not setting.path[count(setting.path) - 2] == "annotations"
}

# The annotation from before the field counts for as long as the API server takes it, even where a field overrides it.
findings contains {
	"path": array.concat(input.pod.metadataPath, ["annotations", annotation]),
	"message": $"container {name} has AppArmor profile {value}",
	"fix": {"remove": true},
} if {
	some annotation, value in input.pod.metadata.annotations
	startswith(annotation, _prefix)
	not value in {"", "runtime/default"}
	not startswith(value, "localhost/")
	name := trim_prefix(annotation, _prefix)
}

# The API server takes no annotation for a container that the template does not have (ValidateAppArmorPodAnnotations):
# the container that was meant goes without.
findings contains {
	"path": array.concat(input.pod.metadataPath, ["annotations", annotation]),
	"message": $"the AppArmor profile is for container {name}, which the pod does not have, so the API server refuses it",
} if {
	not input.pod.partial
	some annotation, _ in input.pod.metadata.annotations
	startswith(annotation, _prefix)
	name := trim_prefix(annotation, _prefix)
	not name in {container.name | some container in input.pod.containers}
}

_prefix := "container.apparmor.security.beta.kubernetes.io/"

_profile("") := "an AppArmor profile without a type"

_profile(type) := $"AppArmor profile {type}" if type != ""

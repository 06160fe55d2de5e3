# METADATA
# scope: package
# title: "Connection that no flow declares"
# description: "The repository declares which connections are meant (flows); the policies in it allow more than that."
# related_resources:
#   - https://csrc.nist.gov/pubs/sp/800/207/final
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Narrow the policies that select these pods to the declared flows, or declare the flow if it is meant."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.22: D, A.8.20: D, A.5.15: D}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
package policies.default_deny.undeclared_connection

findings contains {
	"path": array.concat(input.pod.metadataPath, ["labels"]),
	"message": $"{connection.from} may connect on {_ports(connection.ports)}, which no flow declares",
	"value": connection,
} if {
	some connection in input.facts.network.workload.undeclared
}

_ports("All Connections") := "every port"

_ports(ports) := ports if ports != "All Connections"

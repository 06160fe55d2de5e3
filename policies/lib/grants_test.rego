package lib.grants_test

import data.lib.grants
import data.lib.grants_fixture_test as fixture

_secrets := fixture.power("secrets", ["get", "list"], ["secrets"], {})

test_what_a_role_allows if {
	finding := grants.finding(_secrets) with input as fixture.role([_secrets], {})
	finding.message == "rule 1 allows get, list on secrets"
	finding.path == ["rules", 0, "resources", 0]
	finding.value == {"apiGroups": ["a"], "resources": ["b"], "verbs": ["c"]}
}

test_who_holds_it if {
	finding := grants.finding(_secrets) with input as fixture.role([_secrets], {"holders": "Group devs"})
	finding.message == "rule 1 allows get, list on secrets (held by Group devs)"
}

test_what_has_no_effect if {
	power := fixture.power("nodes-proxy", ["get"], ["nodes/proxy"], {"effective": false})
	finding := grants.finding(power) with input as fixture.role([power], {})
	finding.message == "rule 1 allows get on nodes/proxy, although a Role cannot grant what lies in no namespace"
}

test_names_and_stars if {
	named := fixture.power("bind", ["bind"], ["clusterroles"], {"names": ["a", "b"], "leads": "a is everything"})
	grants.finding(named).message == "rule 1 allows bind on clusterroles named a, b; a is everything" with input as fixture.role([named], {})
	star := fixture.power("wildcard", ["*"], ["pods", "*"], {"groups": ["a"]})
	grants.finding(star).message == "rule 1 allows every verb on every resource of a" with input as fixture.role([star], {})
}

test_of_many_resources_the_first_are_named if {
	many := fixture.power("wildcard", ["*"], ["a", "b", "c", "d", "e", "f", "g"], {})
	grants.finding(many).message == "rule 1 allows every verb on a, b, c, d, e and 2 more" with input as fixture.role([many], {})
}

test_every_resource_is_told_with_its_groups if {
	_of_groups(["*"]) == "rule 1 allows get on every resource"
	_of_groups([""]) == "rule 1 allows get on every resource of the core group"
}

_of_groups(groups) := message if {
	power := fixture.power("wildcard", ["get"], ["*"], {"groups": groups})
	message := grants.finding(power).message with input as fixture.role([power], {})
}

test_a_rule_of_paths_is_told_as_one if {
	base := fixture.role([], {})
	world := object.union(base, {"resource": {"rules": [{"nonResourceURLs": ["*"], "verbs": ["*"]}]}})
	every case in [
		{"list": "nonResourceURLs", "verbs": ["get"], "said": "rule 1 allows get on every path"},
		{"list": "verbs", "verbs": ["*"], "said": "rule 1 allows every verb on every path"},
	] {
		urls := fixture.power("wildcard", case.verbs, ["*"], {"path": ["rules", 0, case.list, 0]})
		grants.finding(urls).message == case.said with input as world
	}
}

test_a_binding_gives_every_resource_of_its_groups if {
	power := fixture.power("wildcard", ["*"], ["*"], {"groups": ["crd.projectcalico.org"], "path": ["roleRef", "name"]})
	finding := grants.finding(power) with input as fixture.binding([power], [fixture.operator], {})
	contains(finding.message, " every verb on every resource of crd.projectcalico.org in ")
}

test_what_a_binding_gives if {
	world := fixture.binding([_secrets], [fixture.operator], {})
	[power] := world.facts.grants.powers
	finding := grants.finding(power) with input as world
	finding.message == "gives ServiceAccount shop/operator get, list on secrets in namespace shop, through ClusterRole operator, rule 1"
	finding.path == ["roleRef", "name"]
	finding.value.subjects == ["ServiceAccount shop/operator"]
}

test_what_several_rules_give if {
	power := object.union(_secrets, {"path": ["roleRef", "name"], "rules": {4, 0}})
	finding := grants.finding(power) with input as fixture.binding([power], [fixture.operator], {})
	endswith(finding.message, ", through ClusterRole operator, rules 1, 5")
}

test_where_and_what_it_leads_to if {
	world := fixture.binding([_secrets], [fixture.operator], {})
	[power] := world.facts.grants.powers
	whole := grants.finding(object.union(power, {"scope": "cluster", "leads": "its holder can become X"})).message with input as world
	endswith(whole, "on secrets in the whole cluster, through ClusterRole operator, rule 1; its holder can become X")
	unstated := grants.finding(object.union(power, {"scope": ""})).message with input as world
	contains(unstated, " in its namespace, ")
	all := grants.finding(object.union(power, {"power": "everything"})).message with input as world
	all == "gives ServiceAccount shop/operator everything in namespace shop, through ClusterRole operator"
}

test_of_many_subjects_three_are_told if {
	users := [fixture.subject("User", null, name, i) | some i, name in ["a", "b", "c", "d", "e"]]
	told := grants.subjects with input as fixture.binding([], users, {})
	told == "User a, User b, User c and 2 more"
}

test_made_of_another if {
	power := fixture.power("secrets", ["get"], ["secrets"], {"path": ["aggregationRule"], "through": "ClusterRole system:aggregate-to-edit"})
	finding := grants.finding(power) with input as fixture.role([power], {})
	finding.message == "it is made of ClusterRole system:aggregate-to-edit, which allows get on secrets"
}

test_which_powers_count if {
	star := fixture.power("secrets", ["*"], ["secrets"], {"wildcard": true})
	named := fixture.power("secrets", ["get"], ["secrets"], {"names": ["x"]})
	world := fixture.role([_secrets, star, named], {})
	grants.named("secrets") == {_secrets, named} with input as world
	grants.unconfined("secrets") == {_secrets} with input as world
	grants.named("bind") == set() with input as world
	grants.named("secrets") == set() with input as object.union(world, {"facts": {"grants": {"stock": true}}})
}

_allowed(world, patterns) if {
	grants.allowed("x") with input as world with data.parameters as {"x": {"allowed": patterns}}
}

test_allowed if {
	world := fixture.binding([], [fixture.operator, fixture.subject("Group", null, "admins", 1)], {})
	_allowed(world, ["RoleBinding/shop/operator"])
	_allowed(world, ["ClusterRole/oper*"])
	_allowed(world, ["ServiceAccount/shop/*", "Group/admins"])
	not _allowed(world, ["ServiceAccount/shop/*"])
	not _allowed(world, ["ServiceAccount/*", "Group/admins"])
	not _allowed(world, [])
	_allowed(fixture.role([], {}), ["ClusterRole/operator"])
	not _allowed(fixture.role([], {}), ["Role/operator"])
	not _allowed(fixture.binding([], [], {}), ["Group/admins"])
}

test_without_parameters_nothing_is_allowed if {
	not grants.allowed("x") with input as fixture.role([], {})
}

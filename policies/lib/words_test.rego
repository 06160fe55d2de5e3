package lib.words_test

import data.lib.words

test_all_of_few_are_named if {
	words.listed([]) == ""
	words.listed(["a", "b"]) == "a, b"
	words.listed(["a", "b", "c", "d", "e"]) == "a, b, c, d, e"
}

test_of_many_the_first_and_their_number if {
	words.listed(["a", "b", "c", "d", "e", "f", "g"]) == "a, b, c, d, e and 2 more"
}

test_a_name_that_the_api_server_completes if {
	words.name == "a" with input.resource.metadata as {"name": "a", "generateName": "b-"}
	words.name == "b-*" with input.resource.metadata as {"generateName": "b-"}
	words.name == "" with input.resource.metadata as {}
}

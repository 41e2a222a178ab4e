"""The conformance of the edge, as the end-to-end tests have it, against the containers."""

from tests.e2e.test_bad_input import (  # noqa: F401 - collected here, with this folder's stack
    test_broken_json_and_a_body_of_ten_megabytes_are_refused,
    test_without_a_token_nothing_is_said,
)
from tests.e2e.test_surfaces import (  # noqa: F401 - as well
    test_each_command_of_a_surface_is_heard,
    test_the_player_of_a_guild_that_never_played_is_idle,
    test_the_same_request_id_has_one_effect_also_after_a_restart_of_audio,
    test_watch_shows_each_change_once_and_in_order_on_each_surface,
    test_who_am_i,
)

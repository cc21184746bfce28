"""What a bundle may carry, and what is refused inside it."""

import io

import pytest

from isthmus.wire.bundle import (
    check_ciphertext,
    read_manifest,
)
from tests.wire.samples import code_of
from tests.wire.test_bundle import BUNDLE, LONG, OTHER, manifest_of, opened, write


class TestCarried:
    """What happens to a file on its way is found without any key, and each thing has a name of its own."""

    def check(self, data):
        file = io.BytesIO(data)
        return code_of(check_ciphertext, file, read_manifest(file)[1])

    def test_whole(self):
        for data in (BUNDLE, LONG):
            file = io.BytesIO(data)
            check_ciphertext(file, read_manifest(file)[1])

    @pytest.mark.parametrize("lost", [1, 2, 100])
    def test_truncated(self, lost):
        assert self.check(BUNDLE[:-lost]) == "Refused wire.bundle.truncated"
        assert self.check(LONG[:-lost]) == "Refused wire.bundle.truncated"

    def test_truncated_after_the_manifest(self):
        assert self.check(BUNDLE.partition(b"\n")[0] + b"\n") == "Refused wire.bundle.truncated"

    def test_a_whole_segment_lost(self):
        lines = LONG.split(b"\n")
        assert self.check(b"\n".join([lines[0], *lines[2:]])) == "Refused wire.bundle.truncated"

    @pytest.mark.parametrize("more", [b"\n", b"x", b"\0", BUNDLE.partition(b"\n")[2]])
    def test_something_at_the_end(self, more):
        assert self.check(BUNDLE + more) == "Refused wire.bundle.trailing"

    def test_changed(self):
        start = BUNDLE.index(b"\n") + 400  # behind the header of the segment, which names the bundle
        for place in range(start, len(BUNDLE), 97):
            changed = BUNDLE[:place] + bytes([BUNDLE[place] ^ 1]) + BUNDLE[place + 1 :]
            assert self.check(changed) == "Refused wire.bundle.altered"

    def test_segments_in_another_order(self):
        head, first, second, *rest = LONG.split(b"\n")
        assert self.check(b"\n".join([head, second, first, *rest])) == "Refused wire.bundle.altered"

    def test_the_content_of_another_bundle(self):
        swapped = BUNDLE.partition(b"\n")[0] + b"\n" + OTHER.partition(b"\n")[2]
        assert self.check(swapped) == "Refused wire.bundle.swapped"
        longer = OTHER.partition(b"\n")[0] + b"\n" + LONG.partition(b"\n")[2]
        assert self.check(longer) == "Refused wire.bundle.swapped"

    def test_the_content_of_another_writing_of_the_same_bundle(self):
        again = BUNDLE.partition(b"\n")[0] + b"\n" + write().partition(b"\n")[2]
        assert self.check(again) == "Refused wire.bundle.altered"

    def test_noise_in_place_of_the_content(self):
        noise = BUNDLE.partition(b"\n")[0] + b"\n" + b"x" * manifest_of(BUNDLE).ciphertext_bytes
        assert self.check(noise) == "Refused wire.bundle.altered"

    @pytest.mark.parametrize("spoiled", [BUNDLE[:-1], BUNDLE + b"x", BUNDLE[:-9] + b"AAAAAAAA\n"])
    def test_nothing_of_it_is_opened(self, spoiled):
        assert code_of(opened, spoiled) == self.check(spoiled)

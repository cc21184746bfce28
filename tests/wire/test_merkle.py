from functools import lru_cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.wire import merkle
from isthmus.wire.merkle import Frontier, Node
from tests.wire.samples import code_of

# The leaves and roots that implementations of RFC 6962 and RFC 9162 have been checked with since 2013.
LEAVES = [
    bytes.fromhex(text)
    for text in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
H01 = ROOTS[2]
H23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
H45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
H67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
H0_3 = ROOTS[4]
H4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
H0 = ROOTS[1]
H1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
H4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LARGEST = 70


class Tree:
    """A log in memory: the frontier, and each complete subtree once."""

    def __init__(self, leaves):
        self.frontier = Frontier()
        self.nodes = {}
        for leaf in leaves:
            self.frontier, finished = self.frontier.append(merkle.hash_leaf(leaf))
            self.nodes.update({(node.level, node.index): node.hash for node in finished})

    def read(self, level, index):
        return self.nodes[level, index]


# The definitions of RFC 9162, section 2.1, as they stand there.
def naive_root(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], whole=False), naive_root(leaves[:k])]


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def leaf(number):
    return b"leaf %d" % number


@lru_cache
def tree(size):
    return Tree([leaf(number) for number in range(size)])


def root(size):
    return merkle.root_at(size, tree(size).read)


sizes = st.integers(1, LARGEST)


class TestKnownValues:
    def test_hashes(self):
        assert merkle.EMPTY_ROOT.hex() == ROOTS[0]
        assert merkle.hash_leaf(b"").hex() == H0
        assert merkle.hash_children(bytes.fromhex(H0), bytes.fromhex(H1)).hex() == H01

    @pytest.mark.parametrize("size", range(9))
    def test_roots(self, size):
        known = Tree(LEAVES)
        assert Tree(LEAVES[:size]).frontier.root().hex() == ROOTS[size]
        assert merkle.root_at(size, known.read).hex() == ROOTS[size]

    @pytest.mark.parametrize(
        ("index", "size", "path"),
        [
            (0, 1, []),
            (0, 8, [H1, H23, H4_7]),
            (5, 8, [H4, H67, H0_3]),
            (2, 3, [H01]),
            (1, 5, [H0, H23, H4]),
        ],
    )
    def test_inclusion_paths(self, index, size, path):
        known = Tree(LEAVES)
        assert [step.hex() for step in merkle.inclusion_proof(index, size, known.read)] == path

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [(1, 1, []), (0, 5, []), (1, 8, [H1, H23, H4_7]), (6, 8, [H45, H67, H0_3]), (2, 5, [H23, H4])],
    )
    def test_consistency_paths(self, old, new, path):
        known = Tree(LEAVES)
        assert [step.hex() for step in merkle.consistency_proof(old, new, known.read)] == path


class TestFrontier:
    def test_appending_names_the_subtrees_that_are_complete(self):
        frontier = Frontier()
        a, b, c, d = (bytes([number]) * 32 for number in range(4))
        frontier, finished = frontier.append(a)
        assert (frontier, finished) == (Frontier(1, (a,)), [Node(0, 0, a)])
        frontier, finished = frontier.append(b)
        ab = merkle.hash_children(a, b)
        assert (frontier, finished) == (Frontier(2, (ab,)), [Node(0, 1, b), Node(1, 0, ab)])
        frontier, finished = frontier.append(c)
        assert (frontier, finished) == (Frontier(3, (ab, c)), [Node(0, 2, c)])
        frontier, finished = frontier.append(d)
        cd = merkle.hash_children(c, d)
        assert frontier == Frontier(4, (merkle.hash_children(ab, cd),))
        assert finished == [Node(0, 3, d), Node(1, 1, cd), Node(2, 0, merkle.hash_children(ab, cd))]

    @given(st.integers(0, LARGEST))
    def test_is_the_tree_of_the_definition(self, size):
        assert tree(size).frontier.root() == naive_root([leaf(number) for number in range(size)])
        assert merkle.root_at(size, tree(LARGEST).read) == tree(size).frontier.root()

    @given(st.integers(0, LARGEST))
    def test_is_stored_and_read_back(self, size):
        frontier = tree(size).frontier
        assert len(frontier.to_bytes()) == 8 + 32 * size.bit_count()
        assert Frontier.from_bytes(frontier.to_bytes()) == frontier

    def test_stored_form(self):
        assert Frontier(2, (b"x" * 32,)).to_bytes() == bytes(7) + b"\x02" + b"x" * 32

    @pytest.mark.parametrize(
        "data", [b"", bytes(7), bytes(9), bytes(7) + b"\1", bytes(7) + b"\3" + b"x" * 32]
    )
    def test_a_damaged_store_is_refused(self, data):
        assert code_of(Frontier.from_bytes, data) == "BadInput wire.merkle.frontier"


class TestInclusion:
    @given(sizes.flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
    def test_every_leaf_is_proved_as_defined(self, place):
        index, size = place
        leaves = [leaf(number) for number in range(size)]
        proof = merkle.inclusion_proof(index, size, tree(LARGEST).read)
        assert proof == naive_path(index, leaves)
        assert merkle.verify_inclusion(merkle.hash_leaf(leaves[index]), index, size, proof, root(size))

    @given(sizes.flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))), st.data())
    def test_nothing_else_is_proved(self, place, data):
        index, size = place
        proof = merkle.inclusion_proof(index, size, tree(size).read)
        own = merkle.hash_leaf(leaf(index))
        assert not merkle.verify_inclusion(merkle.hash_leaf(b"other"), index, size, proof, root(size))
        assert not merkle.verify_inclusion(own, index, size, proof, b"r" * 32)
        assert not merkle.verify_inclusion(own, index, size, [*proof, b"x" * 32], root(size))
        if proof:
            assert not merkle.verify_inclusion(own, index, size, proof[:-1], root(size))
            at = data.draw(st.integers(0, len(proof) - 1))
            wrong = [*proof[:at], b"x" * 32, *proof[at + 1 :]]
            assert not merkle.verify_inclusion(own, index, size, wrong, root(size))
        elsewhere = data.draw(st.integers(0, size - 1))
        proved = merkle.verify_inclusion(own, elsewhere, size, proof, root(size))
        assert proved == (elsewhere == index)

    @pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
    def test_a_leaf_outside_the_tree(self, index, size):
        assert not merkle.verify_inclusion(b"x" * 32, index, size, [], b"x" * 32)
        assert code_of(merkle.inclusion_proof, index, size, tree(3).read) == "BadInput wire.merkle.range"


class TestConsistency:
    @given(sizes.flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
    def test_every_continuation_is_proved_as_defined(self, pair):
        old, new = pair
        proof = merkle.consistency_proof(old, new, tree(LARGEST).read)
        assert proof == naive_subproof(old, [leaf(number) for number in range(new)], whole=True)
        assert merkle.verify_consistency(old, root(old), new, root(new), proof)

    @given(sizes.flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))), st.data())
    def test_nothing_else_is_proved(self, pair, data):
        old, new = pair
        proof = merkle.consistency_proof(old, new, tree(new).read)
        assert not merkle.verify_consistency(old, b"r" * 32, new, root(new), proof)
        assert not merkle.verify_consistency(old, root(old), new, b"r" * 32, proof)
        assert not merkle.verify_consistency(old, root(old), new, root(new), [*proof, b"x" * 32])
        if proof:
            assert not merkle.verify_consistency(old, root(old), new, root(new), proof[:-1])
            at = data.draw(st.integers(0, len(proof) - 1))
            wrong = [*proof[:at], b"x" * 32, *proof[at + 1 :]]
            assert not merkle.verify_consistency(old, root(old), new, root(new), wrong)

    def test_a_rewritten_log_has_no_proof(self):
        rewritten = Tree([leaf(0), b"rewritten", *(leaf(number) for number in range(2, 9))])
        proof = merkle.consistency_proof(5, 9, rewritten.read)
        assert not merkle.verify_consistency(5, root(5), 9, rewritten.frontier.root(), proof)

    def test_two_sizes_need_a_proof(self):
        assert not merkle.verify_consistency(3, root(3), 5, root(5), [])
        assert not merkle.verify_consistency(4, root(4), 5, root(5), [])

    def test_every_tree_continues_the_empty_one(self):
        assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, root(5), [])
        assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])
        assert not merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, root(5), [])
        assert not merkle.verify_consistency(0, root(1), 5, root(5), [])
        assert not merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, root(5), [b"x" * 32])

    @pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
    def test_a_tree_does_not_shrink(self, old, new):
        assert not merkle.verify_consistency(old, root(3), new, root(3), [])
        assert code_of(merkle.consistency_proof, old, new, tree(3).read) == "BadInput wire.merkle.range"

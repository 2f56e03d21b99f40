"""Envelopes: what is sealed opens for its own record, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sleutelkast.adapters.sealing.envelope import EnvelopeSealer
from sleutelkast.adapters.sealing.ring import FileKeyRing
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases.ports import Binding, CannotOpen, Purpose, Sealer

SECRET = SecretBytes(b"ABCD-EFGH-1JKL-MNOP-QRST-2345")
BINDING = Binding(Purpose.KEY_VERSION, "device-1", "version-1")


def test_what_is_sealed_opens(sealer: EnvelopeSealer) -> None:
    assert sealer.open(sealer.seal(SECRET, BINDING), BINDING) == SECRET


@pytest.mark.parametrize("secret", [b"", b"\0", b"x" * 100_000], ids=["empty", "a null byte", "large"])
def test_secrets_of_any_size(sealer: EnvelopeSealer, secret: bytes) -> None:
    assert sealer.open(sealer.seal(SecretBytes(secret), BINDING), BINDING).reveal() == secret


def test_nothing_of_the_secret_is_in_the_envelope(sealer: EnvelopeSealer) -> None:
    envelope = sealer.seal(SECRET, BINDING)
    assert not any(group in envelope for group in SECRET.reveal().split(b"-"))


def test_the_same_secret_never_looks_the_same(sealer: EnvelopeSealer) -> None:
    assert len({sealer.seal(SECRET, BINDING) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Binding(Purpose.TYPED_KEY, "device-1", "version-1"), id="another purpose"),
        pytest.param(Binding(Purpose.KEY_VERSION, "device-2", "version-1"), id="another device"),
        pytest.param(Binding(Purpose.KEY_VERSION, "device-1", "version-2"), id="another record"),
        pytest.param(Binding(Purpose.KEY_VERSION, "device-1v", "ersion-1"), id="letters moved between fields"),
        pytest.param(Binding(Purpose.KEY_VERSION, "version-1", "device-1"), id="fields exchanged"),
        pytest.param(Binding(Purpose.KEY_VERSION, "device-1", "version-1\0"), id="a null byte more"),
        pytest.param(Binding(Purpose.KEY_VERSION, "", "device-1version-1"), id="all in one field"),
    ],
)
def test_a_moved_envelope_cannot_be_opened(sealer: EnvelopeSealer, other: Binding) -> None:
    with pytest.raises(CannotOpen):
        sealer.open(sealer.seal(SECRET, BINDING), other)


def test_parts_of_two_envelopes_do_not_fit(sealer: EnvelopeSealer) -> None:
    first, second = sealer.seal(SECRET, BINDING), sealer.seal(SecretBytes(b"y" * 29), BINDING)
    # The secret of the second behind the wrapped key of the first: a nonce, 29 bytes and a tag.
    with pytest.raises(CannotOpen):
        sealer.open(first[: -(12 + 29 + 16)] + second[-(12 + 29 + 16) :], BINDING)


def test_every_changed_bit_is_noticed(sealer: EnvelopeSealer) -> None:
    envelope = sealer.seal(SECRET, BINDING)
    for bit in range(len(envelope) * 8):
        changed = bytearray(envelope)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            sealer.open(bytes(changed), BINDING)


def test_every_cut_is_noticed(sealer: EnvelopeSealer) -> None:
    envelope = sealer.seal(SECRET, BINDING)
    for length in range(len(envelope)):
        with pytest.raises(CannotOpen):
            sealer.open(envelope[:length], BINDING)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda noise: b"\x01" + noise))
def test_noise_cannot_be_opened(noise: bytes) -> None:
    with pytest.raises(CannotOpen):
        EnvelopeSealer(NO_RING).open(noise, BINDING)


def test_rotation_leaves_old_envelopes_open_and_marks_new_ones(sealer: EnvelopeSealer, ring: FileKeyRing) -> None:
    old = sealer.seal(SECRET, BINDING)
    new_id = ring.rotate().encode()
    new = sealer.seal(SECRET, BINDING)
    assert new_id in new
    assert new_id not in old
    assert sealer.open(old, BINDING) == sealer.open(new, BINDING) == SECRET


def test_another_portals_envelope_names_the_missing_key(
    sealer: EnvelopeSealer, ring: FileKeyRing, tmp_path: Path
) -> None:
    other = EnvelopeSealer(FileKeyRing.create(tmp_path / "another.json"))
    with pytest.raises(CannotOpen, match=f"no key-encryption key {ring.active_id}"):
        other.open(sealer.seal(SECRET, BINDING), BINDING)


def test_the_random_source_is_the_one_given(ring: FileKeyRing) -> None:
    asked: list[int] = []

    def counting(length: int) -> bytes:
        asked.append(length)
        return bytes(range(length))

    envelope = EnvelopeSealer(ring, counting).seal(SECRET, BINDING)
    assert asked == [32, 12]
    assert bytes(range(12)) in envelope


def test_derived_keys_come_from_the_ring(sealer: EnvelopeSealer, ring: FileKeyRing) -> None:
    port: Sealer = sealer
    assert port.derive("cookies") == ring.derive("cookies")


def test_what_is_authenticated_stays_so_through_a_rotation(sealer: EnvelopeSealer, ring: FileKeyRing) -> None:
    port: Sealer = sealer
    before = port.authenticate("audit", b"message")
    ring.rotate()
    assert before == port.authenticate("audit", b"message") == EnvelopeSealer(ring).authenticate("audit", b"message")


def test_an_authenticator_is_of_its_message_label_and_ring_alone(sealer: EnvelopeSealer, tmp_path: Path) -> None:
    another_ring = EnvelopeSealer(FileKeyRing.create(tmp_path / "another.json"))
    made = [
        sealer.authenticate("audit", b"message"),
        sealer.authenticate("audit", b"messages"),
        sealer.authenticate("links", b"message"),
        another_ring.authenticate("audit", b"message"),
    ]
    assert len(set(made)) == 4
    assert {len(one) for one in made} == {32}


class NoRing:
    """A ring without a single key."""

    def wrap(self, data_key: SecretBytes, context: bytes) -> tuple[str, bytes]:
        raise NotImplementedError

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> SecretBytes:
        raise CannotOpen("no keys at all")

    def derive(self, label: str) -> SecretBytes:
        raise NotImplementedError


NO_RING = NoRing()


@pytest.fixture
def ring(tmp_path: Path) -> FileKeyRing:
    return FileKeyRing.create(tmp_path / "keyring.json")


@pytest.fixture
def sealer(ring: FileKeyRing) -> EnvelopeSealer:
    return EnvelopeSealer(ring)
